import { describe, expect, it } from 'vitest';
import type { Context } from './frames.ts';
import { namesIn } from './names.ts';

const CONTEXTS: { readonly [letter: string]: Context } = {
  p: 'plain',
  a: 'aggregated',
  m: 'set_modifier',
  v: 'set_value',
  i: 'set_identifier',
  s: 'state',
  t: 'total',
  d: 'aggr_dimension',
  g: 'argument',
};

/**
 * Expressions, and the names in them as a reader of Qlik's documentation finds them: `a:Sales` is the name Sales in an aggregation, `=`
 * begins an expression of its own. In the order in which they stand, expressions last.
 */
const EXPRESSIONS = {
  'bare names': `
    Sales -> p:Sales
    Sales + Cost -> p:Sales | p:Cost
    Sales*-1 -> p:Sales
    Größe / Länge -> p:Größe | p:Länge
    売上 -> p:売上
    _hidden + %Key -> p:_hidden | p:%Key
    #Count & @Flag -> p:#Count | p:@Flag
    Order.Date -> p:Order.Date
    OrderDate.autoCalendar.Month -> p:OrderDate.autoCalendar.Month
    Year2020 -> p:Year2020
    2020Year -> p:2020Year
    a$b -> p:a$b
    $Field -> p:$Field
    $Table & $Rows -> p:$Table | p:$Rows
    a=b -> p:a | p:b
    a<>b -> p:a | p:b
    a<=b -> p:a | p:b
    a>=b -> p:a | p:b
    a<b -> p:a | p:b
    a>b -> p:a | p:b
    (a) -> p:a
    ((a)+(b)) -> p:a | p:b
    =Sales -> p:Sales
    = Sales -> p:Sales
    -Sales -> p:Sales
    Sales,Cost -> p:Sales | p:Cost
    a　+　b -> p:a | p:b
  `,
  'names in quotes': `
    [Net Sales] -> p:Net Sales
    "Net Sales" -> p:Net Sales
    ${'`Net Sales`'} -> p:Net Sales
    [a]]b] -> p:a]b
    [a]]]]] -> p:a]]
    [a]]] -> p:a]
    "a""b" -> p:a"b
    [a"b] -> p:a"b
    "a]b" -> p:a]b
    [it's] -> p:it's
    [a/*b*/c] -> p:a/*b*/c
    [http://x] -> p:http://x
    [a(b)] -> p:a(b)
    [a,b] -> p:a,b
    [ a ] -> p: a 
    [Sum] -> p:Sum
    [Sum](a) -> p:Sum | p:a
    "and" & [or] -> p:and | p:or
    [total] -> p:total
    Sum([Net Sales]) -> a:Net Sales
    Sum("Net Sales") -> a:Net Sales
    Sum([a]]b])+Sum(c) -> a:a]b | a:c
    [] ->
    "" ->
    [1] -> p:1
    [2020] + 2020 -> p:2020
  `,
  'strings and numbers': `
    'Sales' ->
    'it''s' & Sales -> p:Sales
    '' & Sales -> p:Sales
    'a' & 'b' ->
    '[a]' & "b" -> p:b
    '"a"' & b -> p:b
    '/*' & a & '*/' -> p:a
    '//' & a -> p:a
    1 + 2.5 + .5 ->
    1e3 + 1.5E3 ->
    1.5e-3*a -> p:a
    100 ->
    '(' & a & ')' -> p:a
    'a,b' ->
    '2020-01-01' & d -> p:d
  `,
  comments: `
    Sales /* Cost */ -> p:Sales
    /* Cost */ Sales -> p:Sales
    Sales // Cost -> p:Sales
    Sum(/* [x] */ Sales) -> a:Sales
    a /* ' */ + b /* ' */ -> p:a | p:b
    a /* " */ + b -> p:a | p:b
    a /* [ */ + b -> p:a | p:b
    a /* b /* c */ + d -> p:a | p:d
    a / b -> p:a | p:b
    a /b/ c -> p:a | p:b | p:c
    /**/a -> p:a
    /* a ->
    b /* a -> p:b
    a // b // c -> p:a
  `,
  'functions, operators and keywords': `
    Year(Date) -> p:Date
    Year (Date) -> p:Date
    If(a=1, b, c) -> p:a | p:b | p:c
    If(not a and b or c xor d, 1) -> p:a | p:b | p:c | p:d
    a like 'x*' -> p:a
    a bitand b -> p:a | p:b
    a precedes b -> p:a | p:b
    a AND NOT b -> p:a | p:b
    Null() ->
    Today() - Date -> p:Date
    Month -> p:Month
    Month(Month) -> p:Month
    Date(Date) -> p:Date
    Count + Count(Count) -> p:Count | a:Count
    Left(Name, 3) & Right(Name, 2) -> p:Name | p:Name
    Pick(Match(a,'x','y'), b, c) -> p:a | p:b | p:c
    Num(Sum(a), '#,##0') -> a:a
    Dual(Text, Num) -> p:Text | p:Num
    RangeSum(Above(Sum(a), 0, RowNo())) -> a:a
    Rank(Sum(a)) -> a:a
    Alt(a, 0) -> p:a
    Class(Age, 10) -> p:Age
    Interval#(a, 'hh') -> p:a
    Date#(a, 'YYYY') -> p:a
    and(a) -> p:a
    unknownFunction(a) -> p:a
  `,
  aggregations: `
    Sum(Sales) -> a:Sales
    sum(Sales) -> a:Sales
    SUM (Sales) -> a:Sales
    Sum(Sales*Rate) -> a:Sales | a:Rate
    Sum(If(a=1, b)) -> a:a | a:b
    Sum(Year(a)) -> a:a
    Sum(a)/Sum(b) -> a:a | a:b
    Sum(a)/b -> a:a | p:b
    Count(DISTINCT Customer) -> a:Customer
    Count(distinct [Cust No]) -> a:Cust No
    Count(DISTINCT a & b) -> a:a | a:b
    Count(ALL a) -> a:a
    Count(Distinct) -> a:Distinct
    Sum(Total) -> a:Total
    Sum(All) -> a:All
    Sum(total Sales) -> a:Sales
    Sum(TOTAL (Sales)) -> a:Sales
    Sum(TOTAL Sales)/Total -> a:Sales | p:Total
    Sum(DISTINCT TOTAL <a> b) -> t:a | a:b
    Sum(TOTAL <a> Sales) -> t:a | a:Sales
    Sum(TOTAL <a,b> Sales) -> t:a | t:b | a:Sales
    Sum(TOTAL <[a b],"c d"> Sales) -> t:a b | t:c d | a:Sales
    Sum(TOTAL<a>Sales) -> t:a | a:Sales
    Sum({1} TOTAL <a> Sales) -> t:a | a:Sales
    Sum(a < b) -> a:a | a:b
    Sum(a > b) -> a:a | a:b
    If(Total < 5, 1) -> p:Total
    If(Total > 5, Total) -> p:Total | p:Total
    RowNo(TOTAL) ->
    NoOfRows(TOTAL) ->
    Sqrt(Total) -> p:Total
    Above(TOTAL Sum(a)) -> a:a
    Only(a) -> a:a
    Concat(a, ',', b) -> a:a | a:b
    Concat(DISTINCT a, Chr(10)) -> a:a
    FirstSortedValue(a, -b) -> a:a | a:b
    Max(a, 2) -> a:a
    Mode(a) & Median(b) -> a:a | a:b
    Fractile(a, 0.9) -> a:a
    Stdev(a) + Correl(b, c) -> a:a | a:b | a:c
    Avg(Aggr(Sum(a), b)) -> a:a | d:b
    Min(Date) - Max(Date) -> a:Date | a:Date
    Sum((a+b)*(c)) -> a:a | a:b | a:c
    MaxString(a) -> a:a
  `,
  Aggr: `
    Aggr(Sum(a), b) -> a:a | d:b
    Aggr(Sum(a), b, c) -> a:a | d:b | d:c
    Aggr(a, b) -> a:a | d:b
    aggr(NODISTINCT Sum(a), b) -> a:a | d:b
    Aggr(DISTINCT Sum(a), b) -> a:a | d:b
    Aggr(Sum(a), (b, (NUMERIC, ASCENDING))) -> a:a | d:b
    Aggr(Sum(a), (b, (TEXT, DESC)), c) -> a:a | d:b | d:c
    Aggr(Sum(a), (Text, (NUMERIC))) -> a:a | d:Text
    Aggr(Sum(a), Text) -> a:a | d:Text
    Aggr(Sum(a), [b c]) -> a:a | d:b c
    Aggr(Sum(a), (b, (=Sum(c), DESC))) -> a:a | d:b | a:c
    Aggr(Rank(Sum(a)), b) -> a:a | d:b
    Sum(Aggr(Sum(a), b)) / Count(Aggr(c, d)) -> a:a | d:b | a:c | d:d
    Sum(Aggr(Max(Aggr(Sum(a), b, c)), b)) -> a:a | d:b | d:c | d:b
    Aggr(Sum({<x={1}>} a), b) -> m:x | a:a | d:b
    Aggr({<x={1}>} Sum(a), b) -> m:x | a:a | d:b
    Aggr(Sum(TOTAL <x> a), b) -> t:x | a:a | d:b
    If(Aggr(Sum(a), b) > 5, b) -> a:a | d:b | p:b
    Aggr(If(Sum(a) > 1, b), b) -> a:a | a:b | d:b
    Aggr(Sum(a), Year(b)) -> a:a | d:b
  `,
  sets: `
    Sum({1} a) -> a:a
    Sum({$} a) -> a:a
    Sum({0} a) -> a:a
    Sum({$1} a) -> a:a
    Sum({$_1} a) -> a:a
    Sum({Group1} a) -> i:Group1 | a:a
    Sum({[My State]} a) -> i:My State | a:a
    Sum({BM01} a) -> i:BM01 | a:a
    Sum({1-$} a) -> a:a
    Sum({$*BM01} a) -> i:BM01 | a:a
    Sum({(A+B)*C} a) -> i:A | i:B | i:C | a:a
    Sum({A/B} a) -> i:A | i:B | a:a
    {<y={2020}>} Sum(a) -> m:y | a:a
    {State} [My Measure] -> i:State | p:My Measure
    {<y={1}>} Sum({<z={2}>} a) -> m:y | m:z | a:a
    Count({1} DISTINCT a) -> a:a
    Count(DISTINCT {1} a) -> a:a
    Sum({} a) -> a:a
    Sum({<>} a) -> a:a
    Sum({$<>} a) -> a:a
  `,
  modifiers: `
    Sum({<Year={2020}>} a) -> m:Year | a:a
    Sum({$<Year={2020}>} a) -> m:Year | a:a
    Sum({1<Year={2020},Region={'N'}>} a) -> m:Year | m:Region | a:a
    Sum({<[Net Year]={2020}>} a) -> m:Net Year | a:a
    Sum({<"Net Year"={2020}>} a) -> m:Net Year | a:a
    Sum({<Year=>} a) -> m:Year | a:a
    Sum({<Year>} a) -> m:Year | a:a
    Sum({<Year=,Month=>} a) -> m:Year | m:Month | a:a
    Sum({<Year={2020,2021}>} a) -> m:Year | a:a
    Sum({<Year={">=2019<=2021"}>} a) -> m:Year | a:a
    Sum({<Year={'2020'}>} a) -> m:Year | a:a
    Sum({<Name={North}>} a) -> m:Name | a:a
    Sum({<Name={North, South}>} a) -> m:Name | a:a
    Sum({<Name={[North West]}>} a) -> m:Name | a:a
    Sum({<Name={"N*"}>} a) -> m:Name | a:a
    Sum({<Name={'[x]'}>} a) -> m:Name | a:a
    Sum({<Name-={'x'}>} a) -> m:Name | a:a
    Sum({<Name+={'x'}>} a) -> m:Name | a:a
    Sum({<Name*={'x'}>} a) -> m:Name | a:a
    Sum({<Name/={'x'}>} a) -> m:Name | a:a
    Sum({<Name = {'x'}>} a) -> m:Name | a:a
    Sum({<Year={2020}-{2019}>} a) -> m:Year | a:a
    Sum({<Year={2020}*{">2019"}>} a) -> m:Year | a:a
    Sum({<Year=Year2>} a) -> m:Year | v:Year2 | a:a
    Sum({<Year=[Other Year]>} a) -> m:Year | v:Other Year | a:a
    Sum({<Year=Year-{2020}>} a) -> m:Year | v:Year | a:a
    Sum({<Year=A+B>} a) -> m:Year | v:A | v:B | a:a
    Sum({<Year=(A+B)>} a) -> m:Year | v:A | v:B | a:a
    Sum({<Year=$::Year>} a) -> m:Year | v:Year | a:a
    Sum({<Year=State::Year>} a) -> m:Year | s:State | v:Year | a:a
    Sum({<Year=[My State]::[My Year]>} a) -> m:Year | s:My State | v:My Year | a:a
    Sum({<A={1}>+<B={2}>} a) -> m:A | m:B | a:a
    Sum({<A={1}>*$<B={2}>} a) -> m:A | m:B | a:a
    Sum({State<A={1}>} a) -> i:State | m:A | a:a
    Sum({(State<A={1}>)+1} a) -> i:State | m:A | a:a
    Sum({<A={1}>} a) + Sum({<B={2}>} b) -> m:A | a:a | m:B | a:b
    Sum({<A={1}>} If(a<b, c)) -> m:A | a:a | a:b | a:c
    Sum({<A={1}>} TOTAL <x> a) -> m:A | t:x | a:a
    Sum({< A = {1} , B = {2} >} a) -> m:A | m:B | a:a
    Sum({<A={}>} a) -> m:A | a:a
    Sum({<Date={"<2020"}>} a) -> m:Date | a:a
    Sum({<Date={">2020"}>} a) -> m:Date | a:a
    Sum({<A={1},B={'>'},C={"<"}>} a) -> m:A | m:B | m:C | a:a
    Sum({<A={'}'}>} a) -> m:A | a:a
    Sum({<A={"}"}>} a) -> m:A | a:a
    Sum({<A={'it''s'}>} a) -> m:A | a:a
    Sum({<A={1}>} a) > Sum(b) -> m:A | a:a | a:b
    Sum({<A.B.C={1}>} a) -> m:A.B.C | a:a
    Sum({<$Field={'x'}>} a) -> m:$Field | a:a
  `,
  'P() and E()': `
    Sum({<a=P(b)>} c) -> m:a | v:b | a:c
    Sum({<a=E(b)>} c) -> m:a | v:b | a:c
    Sum({<a=p({1} b)>} c) -> m:a | v:b | a:c
    Sum({<a=P({1<d={1}>} b)>} c) -> m:a | m:d | v:b | a:c
    Sum({<a=P({State} b)>} c) -> m:a | i:State | v:b | a:c
    Sum({<a=P({1<d={1}>})>} c) -> m:a | m:d | a:c
    Sum({<a=P({<d=E({1} e)>} b)>} c) -> m:a | m:d | v:e | v:b | a:c
    Sum({<a=P(b)-E(c)>} d) -> m:a | v:b | v:c | a:d
    Sum({<a=P(b)*{1}>} d) -> m:a | v:b | a:d
    Sum({<a=P([b c])>} d) -> m:a | v:b c | a:d
    Sum({<a={1},b=P(c),d=>} e) -> m:a | m:b | v:c | m:d | a:e
    Sum({1-P(b)} c) -> i:b | a:c
  `,
  'expressions in quotes': `
    Sum({<a={"=Sum(b)>100"}>} c) -> m:a | a:c | =Sum(b)>100
    Sum({<a={"= Sum(b)"}>} c) -> m:a | a:c | = Sum(b)
    Sum({<a={"=b","=c"}>} d) -> m:a | a:d | =b | =c
    Sum({<a={[=b]}>} d) -> m:a | a:d | =b
    Sum({<a={">=b"}>} d) -> m:a | a:d
    Sum({<a={'=b'}>} d) -> m:a | a:d
    Sum({<a={"=Only({1<x={""y""}>} z)"}>} d) -> m:a | a:d | =Only({1<x={"y"}>} z)
    Sum({<[=Year(d)]={2020}>} a) -> a:a | =Year(d)
    Sum({<"=Year(d)"={2020}>} a) -> a:a | =Year(d)
    [=Year(Date)] -> =Year(Date)
    Aggr(Sum(a), [=Year(b)]) -> a:a | =Year(b)
    Sum([=a]]b]) -> =a]b
  `,
  'names in strings': `
    FieldValueCount('Region') -> g:Region
    FieldValue('Region', 1) -> g:Region
    FieldIndex('Region', 'North') -> g:Region
    fieldvalue('Net Sales', RowNo()) -> g:Net Sales
    FieldIndex('Region', Name) -> g:Region | p:Name
    FieldValue(Region, 1) -> p:Region
    FieldValue('a' & 'b', 1) ->
    Concat('Region') ->
    GetSelectedCount(Region) -> p:Region
    GetFieldSelections([Net Sales], ', ') -> p:Net Sales
    Upper(FieldValue('a',1)) -> g:a
  `,
  'states before names': `
    State::Region -> s:State | p:Region
    [My State]::[Net Sales] -> s:My State | p:Net Sales
    $::Region -> p:Region
    Sum(State::Sales) -> s:State | a:Sales
    a : b -> p:a | p:b
  `,
  'what is not closed, or never opened': `
    Sum(a -> a:a
    Sum((a -> a:a
    Sum({<b={1} a -> m:b | v:a
    a) + b -> p:a | p:b
    a} > b -> p:a | p:b
    Sum({<b={1}>} a)) + c -> m:b | a:a | p:c
    'a + b ->
    c & 'a + b -> p:c
    "a + b -> p:a | p:b
    [a + b -> p:a | p:b
    Sum({<b={1)>} a) + c -> m:b | p:a | p:c
    Sum(a} + b) -> a:a | a:b
    ) ->
    }}>> ->
    ((((a -> p:a
    it's Sales -> p:it
    * / + - ->
    ; a ? b ! c -> p:a | p:b | p:c
    Sum(,a,,b,) -> a:a | a:b
  `,
  'of real apps': `
    Sum({<SessionInCurrentMTD={1}>} SessionDurationMS)/Count({<SessionInCurrentMTD={1}>} DISTINCT SessionID) -> m:SessionInCurrentMTD | a:SessionDurationMS | m:SessionInCurrentMTD | a:SessionID
    If([Users CM] > [Users PMTD], RGB(0,1,2), ARGB(255,1,2,3)) -> p:Users CM | p:Users PMTD
    Count({<AppID={"=Sum(AppRAM_MB)>100"}, AppType-={'x'}>} DISTINCT AppID) -> m:AppID | m:AppType | a:AppID | =Sum(AppRAM_MB)>100
    Max(Aggr(Count({<Minute=,Minute={"*"}>} DISTINCT UserID), Minute, (Day, (NUMERIC, ASCENDING)))) -> m:Minute | m:Minute | a:UserID | d:Minute | d:Day
    Num(RangeMax(Sum(a)-Sum(b),0),'# ##0,0 %') -> a:a | a:b
    'Loaded: ' & Timestamp(Max(ReloadTime), 'YYYY-MM-DD hh:mm') -> a:ReloadTime
    Sum(TOTAL <[App Name]> {<Flag={'Y'}>} RAM) -> t:App Name | m:Flag | a:RAM
    If(GetSelectedCount(Month)=1, Only(Month), 'All') -> p:Month | a:Month
    Above([Sales]) + [Sales] -> p:Sales | p:Sales
    Column(1)/Column(2) ->
    Sum(If(DayNumberOfYear(Date) <= DayNumberOfYear(Today()), Sales)) -> a:Date | a:Sales
    Count(DISTINCT {<Status-={'Deleted'}>} [User ID]) -> m:Status | a:User ID
    Pick(Dim, Sum(a), Sum(b)) -> p:Dim | a:a | a:b
    =Only({1<Key={'$(=1)'}>} Value) -> m:Key | a:Value
    WildMatch(Type, '*a*', '*b*') * Weight -> p:Type | p:Weight
    Date(MonthStart(Max({1} TOTAL Date), -12)) -> a:Date
    Sum({<Year={2020}, Month=, Week=, Quarter=>} Sales) -> m:Year | m:Month | m:Week | m:Quarter | a:Sales
  `,
};

/** The lines of a group: an expression, and what is in it. */
function casesIn(group: string): [expression: string, expected: string][] {
  const lines = group.split('\n').map((line) => line.replace(/^ {4}/, ''));
  return lines
    .filter((line) => line.includes(' ->'))
    .map((line) => {
      const at = line.lastIndexOf(' ->');
      return [line.slice(0, at), line.slice(at + 3).replace(/^ /, '')];
    });
}

/** The same of what was found. */
function shown(expression: string): string {
  const letterOf = new Map(Object.entries(CONTEXTS).map(([letter, context]) => [context, letter]));
  const { names, expressions } = namesIn(expression);
  return [
    ...names.map(({ name, context }) => `${letterOf.get(context)}:${name}`),
    ...expressions.map(({ text }) => text),
  ].join(' | ');
}

describe('the names in an expression:', () => {
  it.each(Object.entries(EXPRESSIONS))('%s', (_, group) => {
    const cases = casesIn(group);
    expect(cases.length).toBeGreaterThan(4);
    expect(cases.map(([expression]) => [expression, shown(expression)])).toEqual(cases);
  });

  it('are told of hundreds of expressions', () => {
    expect(Object.values(EXPRESSIONS).flatMap(casesIn).length).toBeGreaterThan(300);
  });
});
