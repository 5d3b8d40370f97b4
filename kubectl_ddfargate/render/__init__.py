"""Turns a Report into text for people or for programs. Reads the model only, decides nothing."""
