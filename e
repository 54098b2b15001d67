Error: index.yaml: no such file
