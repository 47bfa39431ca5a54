// The grammar of `.mig` for editors: it accepts what grammar/rules_*.hpp accepts, and a little more, because a text
// that is being typed must keep its colours. Options of a column, a key or an index stand in one flat list.
const list = (rule) => seq(rule, repeat(seq(',', rule)));
const parens = (rule) => seq('(', rule, ')');
const block = (item) => seq('{', repeat(item), '}');
const any = (...words) => choice(...words);

module.exports = grammar({
  name: 'mig',

  word: ($) => $.identifier,
  // `_elements` is never read: where it is valid, a parenthesis may hold columns, and only what has an operator is SQL.
  externals: ($) => [$.block_comment, $.sql_text, $._dollar_open, $.dollar_text, $._dollar_close, $._elements, $._never],
  extras: ($) => [/[\s\uFEFF]/, $.line_comment, $.block_comment],
  conflicts: ($) => [[$.settings, $._column_name]],
  supertypes: ($) => [$.declaration, $.database_item, $.table_item, $.change_item],

  rules: {
    source_file: ($) => repeat($.declaration),

    declaration: ($) => choice($.project, $.database, $.change, $.pattern, $.policy, $.cluster, $.replica, $.reconcile,
      $.invariant, $.use),

    // Tokens

    line_comment: () => token(seq('--', /[^\n]*/)),
    identifier: () => /[A-Za-z_][A-Za-z0-9_]*/,
    quoted_name: () => token(seq('"', repeat(choice(/[^"\n]/, '""')), '"')),
    spliced_name: () => token(/[A-Za-z0-9_]*(\$\{[^}\n]*\}[A-Za-z0-9_]*)+/),
    text: () => token(seq("'", repeat(choice(/[^'\n]/, "''")), "'")),
    number: () => /-?[0-9](_?[0-9])*(\.[0-9](_?[0-9])*)?/,
    percent: () => /-?[0-9](_?[0-9])*(\.[0-9](_?[0-9])*)?%/,
    size: () => /[0-9](_?[0-9])*(\.[0-9](_?[0-9])*)?[KMG]iB/,
    duration: () => /[0-9](_?[0-9])*(\.[0-9](_?[0-9])*)?(ms|s|m|h|d)/,
    version: () => /[0-9]+(\.[0-9]+)*/,
    boolean: () => any('true', 'false'),
    null: () => 'null',
    comparison_sign: () => any('=', '<>', '<', '<=', '>', '>='),
    operator: () => /[-+*\/<>=~!@#%^&|`?]+/,

    // Names, types, values, SQL

    _name: ($) => choice($.identifier, $.quoted_name, $.spliced_name),
    path: ($) => seq($._name, repeat(seq('.', $._name))),
    object_path: ($) => seq($._name, repeat(seq('.', $._name)), optional($.arguments)),
    names: ($) => parens(list($._name)),

    sql: ($) => choice(parens(optional($.sql_text)), $._dollar),
    _dollar: ($) => seq($._dollar_open, optional($.dollar_text), $._dollar_close),
    arguments: ($) => parens(optional(alias($.sql_text, $.argument_text))),
    long_text: ($) => choice($.text, $._dollar),

    type: ($) => prec.right(seq(
      choice(
        seq('native', $.text),
        seq('double', optional('precision')),
        seq(any('character', 'char', 'bit'), optional('varying')),
        seq('national', any('character', 'char'), optional('varying')),
        prec.right(seq('interval', optional($._interval))),
        $.path),
      optional($.arguments),
      optional(seq(any('with', 'without'), 'time', 'zone')),
      optional(any('unsigned', 'signed')), optional('zerofill'),
      repeat(seq('[', optional($.number), ']')))),
    _interval: ($) => seq($._interval_field, optional(seq('to', $._interval_field))),
    _interval_field: () => any('year', 'month', 'day', 'hour', 'minute', 'second'),

    _literal: ($) => choice($.text, $.number, $.percent, $.size, $.duration, $.boolean, $.null),
    _value: ($) => choice($._literal, $.spliced_name),
    _amount: ($) => choice($.number, $.percent, $.size, $.spliced_name),
    _count: ($) => choice($.number, $.spliced_name),
    _time: ($) => choice($.duration, $.spliced_name),
    _words: ($) => choice($.text, $.spliced_name),
    env: ($) => seq('env', field('name', $._name)),

    comparison: ($) => choice(seq('is', optional('not'), 'empty'), seq($.comparison_sign, $._value)),
    query: ($) => seq('on', field('database', $._name), $.sql, $.comparison),
    after: ($) => seq('after', list(alias($.object_path, $.path))),
    where: ($) => seq('where', $.sql),
    comment: ($) => seq('comment', $.long_text),
    setting: ($) => seq($.path, '=', choice($._literal, $.env, $._name)),
    settings: ($) => seq('settings', list($.setting)),
    engine: ($) => seq('on', $._name, optional($.version)),
    hazard: ($) => seq($.identifier, repeat(seq('.', $.identifier))),
    hazards: ($) => list($.hazard),

    use: ($) => seq('use', field('pattern', $.path), optional(parens(optional(list($.use_argument)))), ';'),
    use_argument: ($) => choice($._literal, $.sql, $.path),

    batch: ($) => seq('batch', $._amount),
    parallel: ($) => seq('parallel', $._count),
    rate: ($) => seq('rate', $._count),
    pause: ($) => seq('pause', $._time),
    _pace: ($) => choice($.batch, $.parallel, $.rate, $.pause),
    backup_choice: () => seq(any('with', 'without'), 'backup'),
    require_approval: ($) => seq('require', 'approval', $._count, optional(seq('for', $.hazards))),

    kind: () => choice(seq('materialized', 'view'), seq('row', 'policy'),
      any('table', 'column', 'view', 'index', 'constraint', 'sequence', 'enum', 'value', 'domain', 'trigger', 'extension',
        'schema', 'partition', 'projection', 'object', 'invariant')),
    function_kind: () => any('function', 'procedure'),
    movement_kind: () => any('replica', 'reconcile'),
    _subject: ($) => choice(
      seq(alias($.function_kind, $.kind), field('object', alias($.object_path, $.path))),
      seq(alias($.movement_kind, $.kind), field('object', $.endpoint)),
      seq($.kind, field('object', choice($.text, $.path)))),
    endpoint: ($) => seq($.path, optional($.names)),

    // Top level

    project: ($) => seq('project', field('name', $._name), choice(seq('{', repeat($.edition), '}'), ';')),
    edition: ($) => seq('edition', $.number, ';'),
    database: ($) => seq('database', field('name', $._name), optional($.engine), field('body', $.database_block)),
    database_block: ($) => block($.database_item),
    pattern: ($) => seq('pattern', field('name', $._name), '(', optional(list($.parameter)), ')', 'in', choice(
      seq('table', optional($.engine), field('body', $.table_block)),
      seq('database', optional($.engine), field('body', $.database_block)),
      seq('change', optional($.engine), field('body', $.change_block)),
      seq('project', optional($.engine), field('body', $.project_block)))),
    project_block: ($) => block($.declaration),
    parameter: ($) => seq(field('name', $._name), ':',
      field('type', any('table', 'column', 'sql', 'text', 'number', 'duration', 'database'))),

    // Objects of a database

    database_item: ($) => choice($.table, $.view, $.materialized_view, $.trigger, $.function, $.procedure, $.extension,
      $.enumeration, $.domain, $.sequence, $.schema, $.row_policy, $.grant, $.object, $.use, $.comment_item,
      $.settings_item, $.replica, $.reconcile, $.invariant),
    comment_item: ($) => seq($.comment, ';'),
    settings_item: ($) => seq($.settings, ';'),
    schema: ($) => seq('schema', field('name', $._name), field('body', $.database_block)),
    extension: ($) => seq('extension', field('name', $._name), optional(seq('version', $.text)),
      optional(seq('schema', $._name)), ';'),
    enumeration: ($) => seq('enum', field('name', $.path), $.enum_values),
    enum_values: ($) => seq('{', optional(list($.enum_value)), '}'),
    enum_value: ($) => choice($._name, $.text),
    domain: ($) => seq('domain', field('name', $.path), field('type', $.type), repeat($.column_option), ';'),
    sequence: ($) => seq('sequence', field('name', $.path), optional(seq('as', $.type)), repeat($.sequence_option), ';'),
    object: ($) => seq('object', $.text, field('name', $.path), 'create', $.sql, optional(seq('replace', $.sql)), 'drop',
      $.sql, optional($.after), ';'),

    // Tables

    table: ($) => seq('table', field('name', $.path), optional($.on_cluster), field('body', $.table_block)),
    on_cluster: ($) => seq('on', 'cluster', $._words),
    table_block: ($) => block($.table_item),
    table_item: ($) => choice($.column, $.index, $.projection, $.partition_by, $.use, $.table_clause),

    column: ($) => seq(field('name', $._column_name), field('type', $.type), repeat($.column_option), ';'),
    // What begins a clause only before certain words is the name of a column everywhere else.
    _column_name: ($) => choice($._name, alias(
      any('comment', 'engine', 'settings', 'ttl', 'with', 'partition', 'order', 'sample', 'without', 'strict'),
      $.identifier)),
    column_option: ($) => choice(
      seq('constraint', $._name),
      seq('not', 'null'), 'null',
      seq('default', choice($._value, $.sql)),
      prec.right(seq('primary', 'key', optional(any('asc', 'desc')))),
      prec.right(seq('unique', optional($.nulls_not_distinct))),
      $.references, $.check,
      prec.right(seq('identity', optional(any('always', 'serial')))),
      $.sequence_option,
      prec.right(seq('generated', $.sql, optional(any('stored', 'virtual')))),
      seq('collate', $.path),
      $.comment,
      seq('codec', $.arguments),
      seq('ttl', $.sql),
      seq('on', 'update', $.sql),
      seq('materialized', $.sql), seq('alias', $.sql), prec.right(seq('ephemeral', optional($.sql))),
      seq('storage', $._name), seq('compression', $._name),
      seq('statistics', choice($.number, $.arguments)),
      $._reference_option, $.conflict),
    sequence_option: ($) => choice(
      seq('start', optional('with'), $._count), seq('increment', optional('by'), $._count),
      seq(any('minvalue', 'maxvalue', 'cache'), $._count), seq('no', any('minvalue', 'maxvalue', 'cycle')), 'cycle',
      seq('owned', 'by', choice('none', $.path)), seq('sequence', 'name', $.path)),
    references: ($) => prec.right(seq('references', field('table', $.path), optional($.names))),
    _reference_option: ($) => choice($.referential_action, $.match, $.deferrable),
    referential_action: ($) => seq('on', any('delete', 'update'), choice(
      seq('no', 'action'), any('restrict', 'cascade'),
      prec.right(seq('set', any('null', 'default'), optional($.names))))),
    match: () => seq('match', any('full', 'partial', 'simple')),
    deferrable: () => choice('deferrable', seq('not', 'deferrable'), seq('initially', any('deferred', 'immediate'))),
    conflict: () => seq('on', 'conflict', any('rollback', 'abort', 'fail', 'ignore', 'replace')),
    nulls_not_distinct: () => seq('nulls', 'not', 'distinct'),
    check: ($) => prec.right(seq('check', $.sql, optional(seq('no', 'inherit')))),

    table_clause: ($) => seq(choice(
      $.constraint, $._table_constraint, $.comment, $.settings,
      seq('engine', '=', $._name, optional($.arguments)),
      seq('ttl', $.sql), seq('with', $.sql), seq('order', 'by', $.sql), seq('sample', 'by', $.sql),
      seq('without', 'rowid'), 'strict'), ';'),
    constraint: ($) => seq('constraint', field('name', $._name), choice($._table_constraint, seq('assume', $.sql))),
    _table_constraint: ($) => choice($.primary_key, $.unique, $.foreign_key, $.check, $.exclude),
    primary_key: ($) => seq('primary', 'key', choice($.elements, $.sql), repeat($._constraint_tail)),
    unique: ($) => seq('unique', optional($.nulls_not_distinct), $.elements, repeat($._constraint_tail)),
    foreign_key: ($) => seq('foreign', 'key', $.names, $.references, repeat($._reference_option)),
    exclude: ($) => seq('exclude', optional($.method), $.elements, repeat(choice($.include, $.where, $.deferrable))),
    _constraint_tail: ($) => choice($.include, $.deferrable, $.conflict),
    include: ($) => seq('include', $.names),
    method: ($) => seq('using', $._name),

    elements: ($) => seq('(', optional($._elements), list($.element), ')'),
    element: ($) => seq(
      choice($.call, $.sql, $._name),
      optional(seq('collate', $.path)),
      optional(seq(alias($.path, $.operator_class), optional($.arguments))),
      optional(any('asc', 'desc')), optional(seq('nulls', any('first', 'last'))),
      optional(seq('with', choice($.operator, seq('operator', $.arguments))))),
    call: ($) => seq(alias($.path, $.function_name), $.arguments),

    index: ($) => seq(optional('unique'), 'index', optional(field('name', $._name)), optional($.method), $.elements,
      repeat($.index_option), ';'),
    index_option: ($) => choice($.include, $.nulls_not_distinct, $.where, $.settings, $.comment,
      seq('type', $._name, optional($.arguments)), seq('granularity', $.number)),
    projection: ($) => seq('projection', field('name', $._name), $.sql, ';'),
    partition_by: ($) => seq('partition', 'by', optional(any('range', 'list', 'hash')), $.sql,
      choice($.partition_block, ';')),
    partition_block: ($) => block($.partition),
    partition: ($) => seq(field('name', $.path), $.sql, choice(
      seq('partition', 'by', optional(any('range', 'list', 'hash')), $.sql, $.partition_block), ';')),

    // Views and code

    view: ($) => seq('view', field('name', $.path), optional($.names), optional($.settings), 'as', $.sql,
      optional($.check_option), optional($.after), choice($.view_block, ';')),
    check_option: () => seq('with', optional(any('local', 'cascaded')), 'check', 'option'),
    view_block: ($) => block(choice($.index, $.comment_item)),
    materialized_view: ($) => seq('materialized', 'view', field('name', $.path), optional($.names),
      repeat($.view_option), 'as', $.sql, optional($.after), choice($.view_block, ';')),
    view_option: ($) => choice(
      $.on_cluster, seq('to', $.path), seq('engine', '=', $._name, optional($.arguments)), seq('order', 'by', $.sql),
      seq('partition', 'by', $.sql), seq('primary', 'key', $.sql), seq('ttl', $.sql), $.settings),

    function: ($) => seq('function', field('name', $.path), $.arguments, optional($.returns), repeat($.function_option),
      $.body, repeat($.function_option), optional($.after), ';'),
    procedure: ($) => seq('procedure', field('name', $.path), $.arguments, repeat($.function_option), $.body,
      repeat($.function_option), optional($.after), ';'),
    returns: ($) => seq('returns', choice(seq('table', $.arguments), seq(optional('setof'), $.type))),
    function_option: ($) => choice(
      seq('language', $._name),
      any('immutable', 'stable', 'volatile', 'strict', 'leakproof', 'window', 'deterministic'),
      seq('not', any('leakproof', 'deterministic')),
      seq('security', any('definer', 'invoker')),
      seq('parallel', any('safe', 'unsafe', 'restricted')),
      seq(any('cost', 'rows'), $.number),
      seq('called', 'on', 'null', 'input'), seq('returns', 'null', 'on', 'null', 'input'),
      seq('no', 'sql'), seq('contains', 'sql'), seq('reads', 'sql', 'data'), seq('modifies', 'sql', 'data'),
      seq('set', $.path, any('=', 'to'), list(choice($._literal, $.env, $._name)))),
    body: ($) => seq('as', choice($.sql, seq($.text, optional(seq(optional(','), $.text))))),

    trigger: ($) => seq('trigger', field('name', $._name), choice(any('before', 'after'), seq('instead', 'of')),
      $.event, repeat(seq('or', $.event)), 'on', field('table', $.path), repeat($.trigger_option),
      choice($.trigger_call, $.body), optional($.firing), optional($.after), ';'),
    event: ($) => choice(
      seq('update', optional(seq('of', choice($.names, list($._name))))), any('insert', 'delete', 'truncate')),
    trigger_option: ($) => choice(
      prec.right(seq('referencing', repeat1(seq(any('old', 'new'), 'table', 'as', $._name)))),
      seq('for', 'each', any('row', 'statement')), seq('when', $.sql), $.deferrable),
    trigger_call: ($) => seq('execute', optional('function'), alias($.path, $.function_name), $.arguments),
    firing: () => choice('disabled', seq('enabled', any('always', 'replica'))),

    row_policy: ($) => seq('row', 'policy', field('name', $._name), 'on', field('table', $.path),
      optional(seq('as', any('permissive', 'restrictive'))),
      optional(seq('for', any('all', 'select', 'insert', 'update', 'delete'))), optional($.roles),
      optional(seq('using', $.sql)), optional(seq('with', 'check', $.sql)), ';'),
    roles: ($) => seq('to', list($._name)),
    grant: ($) => seq('grant', $._granting, ';'),
    _granting: ($) => seq(list($.privilege), $.grant_object, $.roles, optional(seq('with', 'grant', 'option'))),
    privilege: ($) => seq(repeat1($.identifier), optional($.names)),
    grant_object: ($) => seq('on', optional(alias($.granted_kind, $.kind)), list(alias($.object_path, $.path))),
    granted_kind: () => choice(
      seq('all', any('tables', 'sequences'), 'in', 'schema'),
      any('table', 'view', 'schema', 'sequence', 'function', 'procedure', 'database', 'domain')),

    // Changes

    change: ($) => seq('change', field('version', $.number), field('name', $.text), choice(field('body', $.change_block), ';')),
    change_block: ($) => block($.change_item),
    change_item: ($) => choice($.rename, $.drop_rows, $.drop, $.retype, $.rebuild, $.backfill, $.copy, $.cutover, $.verify,
      $.gate, $.run, $.apply, $.accept, $.adopt, $.forget, $.use),
    rename: ($) => seq('rename', $._subject, 'to', field('new_name', $.path), optional($.keeping_both), ';'),
    keeping_both: () => seq('keeping', 'both'),
    drop: ($) => seq('drop', choice(seq('grant', $._granting), seq($._subject, optional($.backup_choice))), ';'),
    drop_rows: ($) => seq('drop', 'rows', 'of', field('table', $.path), $.where, optional($.backup_choice), repeat($._pace), ';'),
    retype: ($) => seq('retype', field('column', $.path), optional(seq('using', $.sql)), optional(seq('undo', $.sql)),
      optional($.keeping_both), repeat($._pace), ';'),
    rebuild: ($) => seq('rebuild', 'table', field('table', $.path), repeat($._pace), ';'),
    backfill: ($) => seq('backfill', field('table', $.path), optional(seq('set', list($.assignment))), optional($.where),
      optional('follow'), optional($.backup_choice), repeat($._pace), ';'),
    assignment: ($) => seq(field('column', $._name), '=', choice($.sql, $._value)),
    verify: ($) => seq('verify', $._words, $.query, ';'),
    gate: ($) => seq('gate', $._words, optional(seq($.query, optional(seq('for', $._time)))),
      optional(seq('valid', 'for', $._time)), ';'),
    run: ($) => seq('run', $._words, 'on', field('database', $._name), optional(seq('for', $._subject)), $.run_block),
    run_block: ($) => block(choice($.do, $.run_verify, $.undo, $.outside_transaction)),
    do: ($) => seq('do', $.sql, ';'),
    run_verify: ($) => seq('verify', $.sql, $.comparison, ';'),
    undo: ($) => seq('undo', choice('nothing', $.sql), ';'),
    outside_transaction: () => seq('outside', 'transaction', ';'),
    apply: ($) => seq('apply', $._subject, ';'),
    accept: ($) => seq('accept', $.hazard, 'on', field('object', $.path), 'because', $._words, ';'),
    adopt: ($) => seq('adopt', choice($._subject, field('database', $._name)), ';'),
    forget: ($) => seq('forget', $._subject, ';'),

    // Data that moves

    replica: ($) => seq('replica', $.endpoint, 'from', $.endpoint, $.movement_block),
    reconcile: ($) => seq('reconcile', $.endpoint, 'with', $.endpoint, $.movement_block),
    copy: ($) => seq('copy', $.endpoint, 'from', $.endpoint, $.movement_block),
    movement_block: ($) => block(choice($.map, $.movement_clause)),
    map: ($) => seq('map', $.map_block),
    map_block: ($) => block($.map_item),
    map_item: ($) => seq(field('column', $._name), '=', $.sql, ';'),
    movement_clause: ($) => seq(choice(
      seq('key', $.names), seq('columns', optional('except'), $.names), $.where, $._pace,
      seq('sync', any('strong', 'eventual', 'best_effort')), seq('history', choice('all', 'none', $.where)),
      seq('lag', 'under', $._time), seq('every', $._time), seq('cursor', $.names, optional(seq('late', $._time))),
      seq('reject', $.text, 'when', $.sql), seq('rejects', 'at', 'most', $._amount),
      seq('on', 'conflict', any('upsert', 'skip', 'fail')),
      seq('on', 'mismatch', choice(seq(any('source', 'target'), 'wins'), seq('latest', 'by', $._name))),
      seq('repair', 'at', 'most', $._amount)), ';'),
    cutover: ($) => seq('cutover', $.endpoint, $.cutover_block),
    cutover_block: ($) => block($.cutover_clause),
    cutover_clause: ($) => seq(choice(
      seq('require', 'mismatches', 'under', $._amount), seq('require', 'lag', 'under', $._time),
      seq('reads', list(seq(choice($.percent, $.spliced_name), optional(seq('for', $._time))))),
      seq('writes', 'fenced'), seq('hold', $._time), seq('on', 'breach', 'revert')), ';'),
    invariant: ($) => seq('invariant', $._words, $.query, ';'),

    // Policies and clusters

    policy: ($) => seq('policy', $.policy_block),
    policy_block: ($) => block($.policy_clause),
    policy_clause: ($) => seq(choice(
      seq(any('deny', 'warn'), $.hazards), $.require_approval, seq('name', $.kind, $.text),
      seq('lock', 'timeout', $._time, optional(seq('retry', $._count)),
        optional(seq('backoff', $._time, optional(seq('to', $._time))))),
      seq('statement', 'timeout', $._time)), ';'),
    cluster: ($) => seq('cluster', field('name', $._name), $.cluster_block),
    cluster_block: ($) => block(choice($.cluster_database, $.cluster_clause)),
    cluster_clause: ($) => seq(choice(
      seq('approvers', 'file', $.text), $.require_approval, seq('require', 'attestation', $._name),
      seq('secrets', $.names), 'disposable', $.wave), ';'),
    wave: ($) => seq('wave', field('name', $._name), repeat(choice(
      seq('where', 'tag', $._name), $.parallel, seq('approval', $._count), seq('halt', 'at', $._count, 'failed')))),
    cluster_database: ($) => seq('database', field('name', $._name), $.shard_block),
    shard_block: ($) => block(choice($.shard, $.shards)),
    _location: ($) => seq('at', choice($.env, seq('file', $.text), $.text)),
    _shard_option: ($) => choice(seq('tags', $.names), seq('gate', any('ready', 'review', 'blocked'))),
    shard: ($) => seq('shard', field('name', $._name), choice(
      seq($._location, repeat($._shard_option), ';'), seq(repeat($._shard_option), $.replica_block))),
    replica_block: ($) => block($.shard_replica),
    shard_replica: ($) => seq('replica', field('name', $._name), $._location, ';'),
    shards: ($) => seq('shards', 'from', choice(seq('json', $.text), seq('registry', $.sql)), ';'),
  },
});
