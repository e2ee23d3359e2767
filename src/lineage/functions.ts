/** Functions that take many rows to one value: names in them are fields before they are anything else. */
const AGGREGATIONS = new Set(
  `aggr avg chi2test_chi2 chi2test_df chi2test_p concat correl count first firstsortedvalue firstvalue fractile fractileexc irr kurtosis
  last lastvalue linest_b linest_df linest_f linest_m linest_r2 linest_seb linest_sem linest_sey linest_ssreg linest_ssresid max
  maxstring median min minstring missingcount mode mutualinfo npv nullcount numericcount only skew stdev sterr steyx sum textcount
  ttest1_conf ttest1_df ttest1_dif ttest1_lower ttest1_sig ttest1_sterr ttest1_t ttest1_upper ttest_conf ttest_df ttest_dif ttest_lower
  ttest_sig ttest_sterr ttest_t ttest_upper xirr xnpv ztest_conf ztest_dif ztest_lower ztest_sig ztest_sterr ztest_upper ztest_z`.split(
    /\s+/,
  ),
);

/** Functions whose first argument may be the name of a field in a string. */
const NAMING = new Set(['fieldvalue', 'fieldvaluecount', 'fieldindex']);

const OPERATORS = new Set('and or not xor like bitand bitor bitnot bitxor precedes follows'.split(' '));

/** Words before what is aggregated, if something follows. */
const QUALIFIERS = new Set(['total', 'distinct', 'nodistinct', 'all']);

/** Functions that take TOTAL alone. */
const COUNTING = new Set(['rowno', 'columnno', 'noofrows', 'noofcolumns']);

/** How a dimension of Aggr is sorted. */
const SORT_WORDS = new Set(
  'numeric text loadorder load_order frequency state asc ascending desc descending reverse none'.split(' '),
);

export const isAggregation = (name: string) => AGGREGATIONS.has(name.toLowerCase());
export const isCounting = (name: string) => COUNTING.has(name.toLowerCase());
export const isNaming = (name: string) => NAMING.has(name.toLowerCase());
export const isOperator = (word: string) => OPERATORS.has(word.toLowerCase());
export const isQualifier = (word: string) => QUALIFIERS.has(word.toLowerCase());
export const isSortWord = (word: string) => SORT_WORDS.has(word.toLowerCase());
