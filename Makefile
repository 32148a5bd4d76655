# The product is built without cgo, so that it runs anywhere.
export CGO_ENABLED := 0
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

TOOLS := $(CURDIR)/.tools
GOLANGCI_LINT := v2.15.0
GOFUMPT := v0.12.0
FUZZTIME ?= 20s
TIMES ?= 20

.PHONY: help
help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build bin/escalat.
	@go build -trimpath -ldflags="-s -w" -o bin/escalat ./cmd/escalat

.PHONY: demo
demo: build ## Build and run the demonstration: everything simulated, nothing leaves this machine.
	@bin/escalat demo

.PHONY: test
test: ## Run every test; the last line counts them. TEST_FLAGS, TEST_RACE=no: see .ci/test.sh.
	@.ci/test.sh

.PHONY: lint
lint: $(TOOLS)/golangci-lint-$(GOLANGCI_LINT) ## Check formatting, style and the mistakes that tools find.
	@$< run ./...
	@bash -n .ci/run .ci/test.sh

.PHONY: format
format: $(TOOLS)/gofumpt-$(GOFUMPT) ## Format the Go files.
	@$< -w bridge cmd internal mapping

.PHONY: bench
bench: ## Measure: every benchmark, once.
	@go test -run='^$$' -bench=. -benchmem ./... | awk '/^Benchmark|^pkg:/'

.PHONY: golden
golden: ## Write the golden files anew; look at the difference before you commit it.
	@go test $$(git grep -lE 'flag\.Bool\("update"' -- '*_test.go' | xargs -n1 dirname | sort -u | sed 's#^#./#') -update >/dev/null
	@git status --short

.PHONY: docs
docs: ## Write the generated sections of the documents anew.
	@go run ./cmd/escalat docs README.md deploy/README.md

.PHONY: fuzz
fuzz: ## Fuzz every parser of what strangers write, FUZZTIME each.
	@git grep -hoE '^func Fuzz[A-Za-z0-9_]+' -- '*_test.go' | sort -u | awk '{ print $$2 }' | while read -r name; do \
	  for dir in $$(git grep -lE "^func $$name\(" -- '*_test.go' | xargs -n1 dirname | sort -u); do \
	    echo "$$dir $$name"; \
	    go test -run='^$$' -fuzz="^$$name\$$" -fuzztime=$(FUZZTIME) "./$$dir" | grep -vE '^(fuzz: elapsed|PASS)'; \
	  done; \
	done

.PHONY: torture
torture: ## Kill, pause and cut off the program again and again, TIMES times.
	@ESCALAT_TORTURE=$(TIMES) go test -count=1 -timeout=60m -run=Torture ./...

$(TOOLS)/golangci-lint-$(GOLANGCI_LINT):
	@mkdir -p $(TOOLS)
	@echo "installing golangci-lint $(GOLANGCI_LINT)"
	@GOBIN=$(TOOLS) GOFLAGS=-mod=mod go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT)
	@mv $(TOOLS)/golangci-lint $@

$(TOOLS)/gofumpt-$(GOFUMPT):
	@mkdir -p $(TOOLS)
	@echo "installing gofumpt $(GOFUMPT)"
	@GOBIN=$(TOOLS) GOFLAGS=-mod=mod go install mvdan.cc/gofumpt@$(GOFUMPT)
	@mv $(TOOLS)/gofumpt $@
