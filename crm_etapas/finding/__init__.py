"""Finding prospects: free text, document numbers, the filtered list."""
