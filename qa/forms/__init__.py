"""The forms of answers beside the fact: yes or no, a list, an overview; and which of them a question asks for."""
