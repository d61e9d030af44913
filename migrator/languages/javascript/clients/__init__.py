"""What clients send: most of it is said by rows of the rules; code is for those that gather a request step by step."""
