"""Results as people and programs read them: JSON, CSV, ninjs, HTML, tables on a terminal.

Every format of articles is made from the JSON object, whose keys `schema` defines.
"""
