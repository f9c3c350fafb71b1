# The front door. CMake does the building; this file only names the errands.
PRESET ?= dev

.PHONY: help all check asan tsan cov fuzz fmt lint emit clean
help:    ## what can be asked for
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 10
all:     ## build $(PRESET)
	cmake --preset $(PRESET) && cmake --build --preset $(PRESET)
check:   ## everything that CI runs
	script/test
asan:    ## unit tests under AddressSanitizer and UBSan
	cmake --preset asan && cmake --build --preset asan && tests/pg/with-cluster ctest --preset asan
tsan:    ## unit tests under ThreadSanitizer
	cmake --preset tsan && cmake --build --preset tsan && tests/pg/with-cluster ctest --preset tsan
cov:     ## coverage of our own lines
	cmake --preset cov && cmake --build --preset cov && tests/pg/with-cluster ctest --preset cov && script/coverage
fuzz:    ## a minute of fuzzing per target
	script/fuzz
fmt:     ## reformat
	script/fmt
lint:    ## everything that reads the code without running it
	script/lint
emit:    ## print spec/ afresh from the dictionary
	cmake --preset dev && cmake --build build/dev -- fieldward && build/dev/fieldward emit --out spec
clean:   ## forget every build
	rm -rf build web/dist
