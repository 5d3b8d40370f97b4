module ddfargate.test/standins

go 1.24
