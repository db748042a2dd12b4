"""How answers are written down for people, the same in every interface: numbers as words, sheets, transcripts."""
