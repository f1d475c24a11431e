"""Blocks, runs, portfolios and TOML with one fault each."""

from __future__ import annotations

from tests.scenario.documents import INLINE, SYNTHETIC
from tests.scenario.wrong import Wrong

BLOCKS = (
    Wrong("unknown block", "[economics]", "[economy]", "economy", "not a known block",
          "portfolio, behaviour, strategies", "Did you mean"),
    Wrong("missing block", "[run]\nstart_date = 2005-09-01\nhorizon_days = 365\nreplications = 2\nseed = 7\n"
          'reading_days = [90, 180]\ntime_zone = "Asia/Taipei"\n', "", "run", "is missing", "the block [run]",
          "Add [run]"),
    Wrong("block that is no table", 'description = "A small scenario."', "rules = 3", "rules", "is 3", "a table",
          "Write it as a table: [rules]", base=SYNTHETIC.split("[rules]")[0]),
    Wrong("no strategies", "[strategies.no_action]", "[strategies]", "strategies", "is empty", "at least one strategy",
          "[strategies.no_action]", base=INLINE),
    Wrong("description as a number", 'description = "A small scenario."', "description = 3", "description", "is 3",
          "text in quotes", "Write it in quotes"),
    Wrong("strategy that is no table", "[strategies.no_action]\n", "[strategies]\nodd = 4\n[strategies.no_action]\n",
          "strategies.odd", "is 4", "a table", "[strategies.odd]"),
)  # fmt: skip

RUN = (
    Wrong("date that does not exist", "start_date = 2005-09-01", 'start_date = "2005-02-30"', "run.start_date",
          'is "2005-02-30"', "a date, such as 2005-09-01", "February 2005 has 28 days"),
    Wrong("month that does not exist", "start_date = 2005-09-01", 'start_date = "2005-13-01"', "run.start_date",
          'is "2005-13-01"', "a date, such as", "There is no month 13"),
    Wrong("date in another order", "start_date = 2005-09-01", 'start_date = "01.09.2005"', "run.start_date",
          'is "01.09.2005"', "a date, such as", "Write year, month and day with hyphens"),
    Wrong("date with a time", "start_date = 2005-09-01", "start_date = 2005-09-01T08:00:00", "run.start_date",
          "is 2005-09-01T08:00:00", "a date, such as", "Leave the time of day out"),
    Wrong("date as a number", "start_date = 2005-09-01", "start_date = 2005", "run.start_date", "is 2005",
          "a date, such as 2005-09-01", "Write it as a date"),
    Wrong("missing start", "start_date = 2005-09-01\n", "", "run.start_date", "is missing", "a date, such as",
          "Add start_date = ... to run"),
    Wrong("unknown time zone", 'time_zone = "Asia/Taipei"', 'time_zone = "Asia/Taipai"', "run.time_zone",
          'is "Asia/Taipai"', "the name of a time zone", 'Did you mean "Asia/Taipei"?'),
    Wrong("horizon beyond ten years", "horizon_days = 365", "horizon_days = 40000", "run.horizon_days", "is 40000",
          "from 1 to 3660", "Check the number of digits"),
    Wrong("horizon of nothing", "horizon_days = 365", "horizon_days = 0", "run.horizon_days", "is 0", "from 1 to 3660",
          "Give a value in that range"),
    Wrong("no replications", "replications = 2", "replications = 0", "run.replications", "is 0",
          "replications from 1 to 100,000", "Give a value in that range"),
    Wrong("negative seed", "seed = 7", "seed = -7", "run.seed", "is -7", "from 0 to 9223372036854775807",
          "Give a value in that range"),
    Wrong("huge seed", "seed = 7", "seed = 99999999999999999999", "run.seed", "is 99999999999999999999",
          "from 0 to 9223372036854775807", "Check the number of digits"),
    Wrong("reading after the end", "reading_days = [90, 180]", "reading_days = [90, 400]", "run.reading_days[1]",
          "is 400", "at most 365, the run's horizon_days", "lengthen the run"),
    Wrong("readings out of order", "reading_days = [90, 180]", "reading_days = [180, 90]", "run.reading_days[1]",
          "is 90", "a day after 180", "rising order"),
    Wrong("reading days that are no list", "reading_days = [90, 180]", "reading_days = 90", "run.reading_days", "is 90",
          "a list in square brackets", "[90]"),
)  # fmt: skip

PORTFOLIO = (
    Wrong("unknown source", 'source = "synthetic"', 'source = "sythetic"', "portfolio.source", 'is "sythetic"',
          'one of "real", "synthetic", "inline"', 'Did you mean "synthetic"?'),
    Wrong("missing source", 'source = "synthetic"\n', "", "portfolio.source", "is missing", "real", "Add source"),
    Wrong("no accounts at all", "n_stock = 100\nflow_per_month = 10.0", "n_stock = 0\nflow_per_month = 0.0",
          "portfolio.n_stock", "is 0", "at least one account in stock or flow", "Raise n_stock"),
    Wrong("half an account", "n_stock = 100", "n_stock = 100.5", "portfolio.n_stock", "is 100.5",
          "a whole number of accounts", "Round it to a whole number"),
    Wrong("huge stock", "n_stock = 100", "n_stock = 20000000", "portfolio.n_stock", "is 20000000", "0 to 10,000,000",
          "Give a value in that range"),
    Wrong("misspelt observed", "flow_per_month = 10.0", 'flow_per_month = "observd"', "portfolio.flow_per_month",
          'is "observd"', 'or "observed"', 'Did you mean "observed"?'),
    Wrong("flow that nothing shows", "flow_per_month = 10.0", 'flow_per_month = "observed"',
          "portfolio.flow_per_month", 'is "observed"', "a number, because no file shows the flow", "accounts a month"),
    Wrong("source without its table", 'source = "synthetic"', 'source = "inline"', "portfolio.accounts", "is missing",
          "[[portfolio.accounts]]", "Add the table", base=SYNTHETIC.replace("""
[portfolio.synthetic.marginals.balance]
family = "lognorm"
params = [1.0, 0.0, 30000.0]

[portfolio.synthetic.marginals.dpd]
family = "table"
quantiles = [1.0, 10.0, 45.0, 90.0]
""", "")),
    Wrong("table of another source", "[portfolio.segments]", '[portfolio.real]\nfile = "a.csv"\n[portfolio.segments]',
          "portfolio.real", "is given", 'no [portfolio.real], because source = "synthetic"', 'set source = "real"'),
    Wrong("too few limits", "up_to = [50000.0]", "up_to = []", "portfolio.segments.up_to", "has 0 limits for 2 names",
          "one limit fewer than names", "Give 1 limits"),
    Wrong("limits that fall", 'names = ["small", "large"]\nup_to = [50000.0]',
          'names = ["small", "mid", "large"]\nup_to = [50000.0, 20000.0]', "portfolio.segments.up_to[1]", "is 20000.0",
          "more than 50000", "rising order"),
    Wrong("a segment twice", 'names = ["small", "large"]', 'names = ["small", "small"]', "portfolio.segments.names[1]",
          'is "small"', "every segment once", "Rename one"),
    Wrong("unknown family", 'family = "lognorm"', 'family = "lognormal"',
          "portfolio.synthetic.marginals.balance.family", 'is "lognormal"', "beta, expon", 'Did you mean "lognorm"?'),
    Wrong("too few parameters", "params = [1.0, 0.0, 30000.0]", "params = [1.0]",
          "portfolio.synthetic.marginals.balance.params", "has 1 numbers", "3 for the family lognorm",
          "shapes, loc and scale"),
    Wrong("quantiles that fall", "quantiles = [1.0, 10.0, 45.0, 90.0]", "quantiles = [9.0, 1.0]",
          "portfolio.synthetic.marginals.dpd.quantiles", "is [9.0, 1.0]", "rising order", "the last the maximum"),
    Wrong("marginal of an unknown field", "[portfolio.synthetic.marginals.balance]",
          "[portfolio.synthetic.marginals.colour]\nfamily = \"constant\"\nparams = [1.0]\n"
          "[portfolio.synthetic.marginals.balance]", "portfolio.synthetic.marginals.colour",
          "is not a field of an account", "balance, limit", "value the column"),
    Wrong("no marginal for the days", "[portfolio.synthetic.marginals.dpd]", "[portfolio.synthetic.marginals.age]",
          "portfolio.synthetic.marginals.dpd", "is missing", "a marginal, because there is no fit_to", "Add the table"),
    Wrong("impossible correlations", "[portfolio.segments]", '[portfolio.synthetic.correlations]\nnames = ["balance", '
          '"dpd"]\nmatrix = [[1.0, 0.9], [-0.9, 1.0]]\n[portfolio.segments]', "portfolio.synthetic.correlations.matrix",
          "is no correlation matrix", "symmetric", "Correct it"),
    Wrong("correlations that cannot hold together", "[portfolio.segments]", '[portfolio.synthetic.correlations]\n'
          'names = ["balance", "dpd", "age"]\nmatrix = [[1.0, 0.9, 0.9], [0.9, 1.0, -0.9], [0.9, -0.9, 1.0]]\n'
          "[portfolio.segments]", "portfolio.synthetic.correlations.matrix", "is not positive semi-definite",
          "hold together", "Shrink the larger ones"),
    Wrong("zones that do not add up", "[portfolio.segments]", '[portfolio.zones]\n"Asia/Taipei" = 0.5\n'
          '[portfolio.segments]', "portfolio.zones", "add up to 0.5", "add up to 1", "Correct the shares"),
    Wrong("unknown zone of borrowers", "[portfolio.segments]", '[portfolio.zones]\n"Asia/Taipai" = 1.0\n'
          '[portfolio.segments]', 'portfolio.zones."Asia/Taipai"', "is not a known time zone", "Asia/Taipei",
          'Did you mean "Asia/Taipei"?'),
    Wrong("unknown field in the column map", "source = \"inline\"\n", "source = \"real\"\n[portfolio.real]\n"
          'file = "a.csv"\ncolumns = { balnce = "BAL" }\n', "portfolio.real.columns.balnce",
          "is not a field of an account", "balance", 'Did you mean "balance"?', base=INLINE.split("[[")[0]
          + "[strategies.no_action]\n"),
    Wrong("days past due as text", "dpd = 5", 'dpd = "5"', "portfolio.accounts[0].dpd", 'is "5"', "days past due",
          "Write 5 without quotes", base=INLINE),
    Wrong("negative balance", "balance = 1000.0", "balance = -1000.0", "portfolio.accounts[0].balance", "is -1000.0",
          "an amount of money", "without the minus sign", base=INLINE),
    Wrong("no debt", "balance = 1000.0", "balance = 0.0", "portfolio.accounts[0].balance", "is 0.0",
          "a balance above 0", "without debt", base=INLINE),
    Wrong("a name twice", 'name = "Bo"', 'name = "Ann"', "portfolio.accounts[1].name", 'is "Ann"',
          "accounts[0] has it already", "Rename one", base=INLINE),
    Wrong("a number twice", "account_id = 2", "account_id = 1", "portfolio.accounts[1].account_id", "is 1",
          "accounts[0] has it already", "Change one", base=INLINE),
    Wrong("unknown cell", 'cell = "forgetful"', 'cell = "forgetfull"', "portfolio.accounts[0].cell", 'is "forgetfull"',
          '"forgetful", "cash_flow_gap"', 'Did you mean "forgetful"?', base=INLINE),
    Wrong("arrears above the balance", "dpd = 40", "dpd = 40\narrears = 9000.0", "portfolio.accounts[1].arrears",
          "is 9000.0", "at most the whole balance, 2500.5", "the part of the balance", base=INLINE),
    Wrong("segment of nobody", "dpd = 40", 'dpd = 40\nsegment = "al"', "portfolio.accounts[1].segment", 'is "al"',
          "one of all", 'Did you mean "all"?', base=INLINE),
    Wrong("arrival after the end", "dpd = 40", "dpd = 40\narrives_day = 90", "portfolio.accounts[1].arrives_day",
          "is 90", "a day before the run's end, day 90", "arrive earlier", base=INLINE),
    Wrong("field of an account misspelt", "dpd = 40", "dpd = 40\nincme = 3.0", "portfolio.accounts[1].incme",
          "not a known field", "name, account_id", 'Did you mean "income"?', base=INLINE),
)  # fmt: skip

SYNTAX = (
    Wrong("no value", "seed = 7", "seed =", "line 7, column 7", "not valid TOML (Invalid value)", "TOML 1.0",
          "Text needs quotes"),
    Wrong("text without quotes", 'time_zone = "Asia/Taipei"', "time_zone = Asia", "line 9, column 13",
          "not valid TOML", "TOML 1.0", "Text needs quotes"),
    Wrong("no equals sign", "seed = 7", "seed 7", "line 7, column 6", "not valid TOML", "TOML 1.0", "key = value"),
    Wrong("a key twice", "seed = 7", "seed = 7\nseed = 8", "line 8, column 9", "Cannot overwrite a value", "TOML 1.0",
          "the same key; keep one"),
    Wrong("a table twice", "[rules]", "[run]\n[rules]", "line 57, column 5", "Cannot declare", "TOML 1.0",
          "merge them into one"),
    Wrong("open list", "reading_days = [90, 180]", "reading_days = [90, 180", "line 9, column 1", "Unclosed array",
          "TOML 1.0", "Close the list with ]"),
    Wrong("open text", 'time_zone = "Asia/Taipei"', 'time_zone = "Asia/Taipei', "line 9, column 25",
          "not valid TOML", "TOML 1.0", 'Close the text with "'),
    Wrong("open table name", "[rules]", "[rules", "line 57, column 7", "not valid TOML", "TOML 1.0", "]"),
    Wrong("native date that does not exist", "start_date = 2005-09-01", "start_date = 2005-02-30", "line 4, column 14",
          "Invalid date or datetime", "TOML 1.0", "There is no such day"),
    Wrong("capital True", "seed = 7", "fix_book = True", "line 7, column 12", "Invalid value", "TOML 1.0",
          "true and false small letters"),
)  # fmt: skip
