"""What a Design becomes: objects, their text, and what real servers make of them."""
