# shellcheck shell=sh
# Small streams of a real audit in the present folder, for tests and for the
# examples of the man pages:  . tests/fixtures.sh; fixtures
fixtures() {
	cp "$TOP/pipelines/data/credit-g.csv" . &&
		split-data --label class credit-g.csv >data.csv &&
		train-target --set trees=20 -m target.model data.csv \
			>target-metrics.csv &&
		query-model -m target.model data.csv >target.csv &&
		train-shadow -n 8 --like target.model data.csv >shadows.csv &&
		score-losses target.csv >target-signals.csv &&
		score-losses shadows.csv >shadow-signals.csv &&
		fit-lira target-signals.csv shadow-signals.csv >scores.csv &&
		mia-eval --roc roc.csv scores.csv >metrics.csv
}
