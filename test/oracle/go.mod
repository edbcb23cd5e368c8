module kubectl-seinode/test/oracle

go 1.26
