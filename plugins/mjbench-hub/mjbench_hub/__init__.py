"""Records and policies on the Hugging Face Hub. Its library is imported when a command runs."""
