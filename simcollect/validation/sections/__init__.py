"""One module a section of the page: what was asked, what was found, and what is not so."""
