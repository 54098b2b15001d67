"""Records in files, folders, workbooks and databases → batches of columns."""
