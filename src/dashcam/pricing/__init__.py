"""Tokens to money: dated rates, the rules, and the receipt that explains one price."""
