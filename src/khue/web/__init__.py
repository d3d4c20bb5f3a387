"""The doors on the web. Each is thin: parse, call one function of a lower floor, show.

Lives here: `portal`, what the public sees; `security`, the headers that every answer carries;
`urls`, which door answers which address, and the pages for what went wrong; `wsgi`, the entry.
Does not live here: rules about records, searching, formats of published data, or anything that
writes to the registry. Doors see the registry as the public does and never ask for more.
"""
