"""A folder of workbooks becomes typed frames, and nothing is lost on the way."""
