.PHONY: build
build: node_modules/.package-lock.json
	npm run -s build
node_modules/.package-lock.json: package.json package-lock.json
	npm ci
