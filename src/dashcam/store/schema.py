"""The tables. The journal (source, frame) and the pinned rates are the truth; all others can be rebuilt from them.

Types are those that both databases know: text, bigint, double precision and bytes (`BYTES` in the text below).
A boolean is a bigint of 0 or 1. Ids are handed out in order of arrival: they mean nothing outside one database.
"""

JOURNAL = """
CREATE TABLE meta (key text PRIMARY KEY, value text NOT NULL);

CREATE TABLE source (
    id bigint PRIMARY KEY,
    machine text NOT NULL,
    agent text NOT NULL,
    agent_name text NOT NULL,
    kind text NOT NULL,
    shape text NOT NULL,
    path text NOT NULL,
    generation bigint NOT NULL,
    current bigint NOT NULL,
    missing bigint NOT NULL,
    size bigint NOT NULL,
    mtime_ns bigint NOT NULL,
    inode bigint NOT NULL,
    device bigint NOT NULL,
    "offset" bigint NOT NULL,
    lines bigint NOT NULL,
    head BYTES NOT NULL,
    tail BYTES NOT NULL,
    reader bigint NOT NULL,
    memory BYTES NOT NULL,
    lines_read bigint NOT NULL,
    UNIQUE (machine, path, generation)
);

CREATE TABLE frame (
    source bigint NOT NULL,
    first_line bigint NOT NULL,
    lines bigint NOT NULL,
    size bigint NOT NULL,
    data BYTES NOT NULL,
    PRIMARY KEY (source, first_line)
);

CREATE TABLE rate (id text PRIMARY KEY, content text NOT NULL);

CREATE TABLE rate_pin (
    provider text NOT NULL,
    model text NOT NULL,
    day text NOT NULL,
    rate text,
    PRIMARY KEY (provider, model, day)
);
"""

DERIVED_TABLES = (
    "session",
    "session_fact",
    "event",
    "call",
    "usage_bucket",
    "activity_bucket",
    "title_hint",
    "reported_total",
    "sample",
    "counter_point",
    "diagnostic",
    "chunk",
)

DERIVED = """
CREATE TABLE session (
    id bigint PRIMARY KEY,
    agent text NOT NULL,
    native_id text NOT NULL,
    agent_name text NOT NULL DEFAULT '',
    machine text NOT NULL DEFAULT '',
    source_kind text NOT NULL DEFAULT '',
    born bigint,
    first_at bigint,
    last_at bigint,
    project text NOT NULL DEFAULT '',
    branch text NOT NULL DEFAULT '',
    version text NOT NULL DEFAULT '',
    entrypoint text NOT NULL DEFAULT '',
    title text NOT NULL DEFAULT '',
    first_prompt text NOT NULL DEFAULT '',
    parent text NOT NULL DEFAULT '',
    relation text NOT NULL DEFAULT '',
    agent_type text NOT NULL DEFAULT '',
    parent_call text NOT NULL DEFAULT '',
    state text NOT NULL DEFAULT 'open',
    error text NOT NULL DEFAULT '',
    pull_requests text NOT NULL DEFAULT '',
    model text NOT NULL DEFAULT '',
    models text NOT NULL DEFAULT '',
    calls bigint NOT NULL DEFAULT 0,
    inherited_calls bigint NOT NULL DEFAULT 0,
    input bigint NOT NULL DEFAULT 0,
    output bigint NOT NULL DEFAULT 0,
    cache_read bigint NOT NULL DEFAULT 0,
    cache_write_5m bigint NOT NULL DEFAULT 0,
    cache_write_1h bigint NOT NULL DEFAULT 0,
    reasoning bigint NOT NULL DEFAULT 0,
    total bigint NOT NULL DEFAULT 0,
    web_searches bigint NOT NULL DEFAULT 0,
    cost_nano bigint NOT NULL DEFAULT 0,
    estimate_extra_nano bigint NOT NULL DEFAULT 0,
    unpriced_calls bigint NOT NULL DEFAULT 0,
    inexact_calls bigint NOT NULL DEFAULT 0,
    reported_nano bigint,
    events bigint NOT NULL DEFAULT 0,
    prompts bigint NOT NULL DEFAULT 0,
    answers bigint NOT NULL DEFAULT 0,
    tool_calls bigint NOT NULL DEFAULT 0,
    tool_failures bigint NOT NULL DEFAULT 0,
    errors bigint NOT NULL DEFAULT 0,
    active_us bigint NOT NULL DEFAULT 0,
    lines_added bigint NOT NULL DEFAULT 0,
    lines_removed bigint NOT NULL DEFAULT 0,
    revision bigint NOT NULL DEFAULT 0,
    UNIQUE (agent, native_id)
);
CREATE INDEX session_native ON session (native_id);
CREATE INDEX session_born ON session (born);
CREATE INDEX session_last ON session (last_at);
CREATE INDEX session_parent ON session (parent);

CREATE TABLE session_fact (
    session bigint NOT NULL,
    source bigint NOT NULL,
    born bigint,
    first_at bigint,
    last_at bigint,
    project text NOT NULL,
    branch text NOT NULL,
    version text NOT NULL,
    entrypoint text NOT NULL,
    title text NOT NULL,
    title_rank bigint NOT NULL,
    first_prompt text NOT NULL,
    parent text NOT NULL,
    relation text NOT NULL,
    agent_type text NOT NULL,
    parent_call text NOT NULL,
    state text NOT NULL,
    error text NOT NULL,
    pull_requests text NOT NULL,
    PRIMARY KEY (session, source)
);
CREATE INDEX session_fact_source ON session_fact (source);

CREATE TABLE event (
    source bigint NOT NULL,
    line bigint NOT NULL,
    part bigint NOT NULL,
    session bigint NOT NULL,
    at bigint NOT NULL,
    place bigint NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    ok bigint,
    duration_us bigint,
    lines_added bigint,
    lines_removed bigint,
    key bigint,
    counted bigint NOT NULL,
    PRIMARY KEY (source, line, part)
)WITHOUT_ROWID;
CREATE INDEX event_session ON event (session, place, source, line, part);
CREATE INDEX event_key ON event (key) WHERE key IS NOT NULL;

CREATE TABLE call (
    key text NOT NULL,
    variant text NOT NULL,
    source bigint NOT NULL,
    session bigint NOT NULL,
    at bigint NOT NULL,
    line bigint NOT NULL,
    model text NOT NULL,
    provider text NOT NULL,
    rank bigint NOT NULL,
    sidechain bigint NOT NULL,
    input bigint NOT NULL,
    output bigint NOT NULL,
    cache_read bigint NOT NULL,
    cache_write_5m bigint NOT NULL,
    cache_write_1h bigint NOT NULL,
    reasoning bigint NOT NULL,
    web_searches bigint NOT NULL,
    speed text NOT NULL,
    geo text NOT NULL,
    tier text NOT NULL,
    duration_us bigint,
    tools text NOT NULL,
    exact bigint NOT NULL,
    estimated_output bigint,
    model_inferred bigint NOT NULL,
    reported_nano bigint,
    cost_nano bigint,
    estimate_nano bigint,
    rate text NOT NULL,
    counted bigint NOT NULL,
    PRIMARY KEY (key, variant, source)
);
CREATE INDEX call_session ON call (session, at);
CREATE INDEX call_at ON call (at);

CREATE TABLE usage_bucket (
    session bigint NOT NULL,
    bucket bigint NOT NULL,
    model text NOT NULL,
    calls bigint NOT NULL,
    input bigint NOT NULL,
    output bigint NOT NULL,
    cache_read bigint NOT NULL,
    cache_write_5m bigint NOT NULL,
    cache_write_1h bigint NOT NULL,
    reasoning bigint NOT NULL,
    web_searches bigint NOT NULL,
    cost_nano bigint NOT NULL,
    estimate_extra_nano bigint NOT NULL,
    unpriced_calls bigint NOT NULL,
    inexact_calls bigint NOT NULL,
    reported_nano bigint,
    PRIMARY KEY (session, bucket, model)
)WITHOUT_ROWID;
CREATE INDEX usage_bucket_time ON usage_bucket (bucket);

CREATE TABLE activity_bucket (
    session bigint NOT NULL,
    bucket bigint NOT NULL,
    events bigint NOT NULL,
    prompts bigint NOT NULL,
    answers bigint NOT NULL,
    tool_calls bigint NOT NULL,
    tool_failures bigint NOT NULL,
    errors bigint NOT NULL,
    active_us bigint NOT NULL,
    lines_added bigint NOT NULL,
    lines_removed bigint NOT NULL,
    PRIMARY KEY (session, bucket)
)WITHOUT_ROWID;
CREATE INDEX activity_bucket_time ON activity_bucket (bucket);

CREATE TABLE title_hint (
    source bigint NOT NULL,
    line bigint NOT NULL,
    key bigint NOT NULL,
    title text NOT NULL,
    PRIMARY KEY (source, line)
);
CREATE INDEX title_hint_key ON title_hint (key);

CREATE TABLE reported_total (
    session bigint NOT NULL,
    source bigint NOT NULL,
    line bigint NOT NULL,
    model text NOT NULL,
    at bigint NOT NULL,
    input bigint NOT NULL,
    output bigint NOT NULL,
    cache_read bigint NOT NULL,
    cache_write_5m bigint NOT NULL,
    cache_write_1h bigint NOT NULL,
    web_searches bigint NOT NULL,
    cost_nano bigint,
    PRIMARY KEY (session, source, line, model)
);
CREATE INDEX reported_total_source ON reported_total (source);

CREATE TABLE sample (
    source bigint NOT NULL,
    line bigint NOT NULL,
    name text NOT NULL,
    label text NOT NULL,
    session bigint NOT NULL,
    at bigint NOT NULL,
    value double precision NOT NULL,
    PRIMARY KEY (source, line, name, label)
);
CREATE INDEX sample_session ON sample (session, name, at);

CREATE TABLE diagnostic (
    source bigint NOT NULL,
    code text NOT NULL,
    why text NOT NULL,
    line bigint NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (source, code, why)
);
"""

COUNTER_POINTS = """
CREATE TABLE counter_point (
    source bigint NOT NULL,
    series bigint NOT NULL,
    since bigint NOT NULL,
    at bigint NOT NULL,
    session bigint NOT NULL,
    line bigint NOT NULL,
    cumulative bigint NOT NULL,
    name text NOT NULL,
    model text NOT NULL,
    part text NOT NULL,
    value double precision NOT NULL,
    PRIMARY KEY (source, series, since, at)
);
CREATE INDEX counter_point_session ON counter_point (session);
"""

CHUNKS_SQLITE = """
CREATE TABLE chunk (
    id bigint PRIMARY KEY,
    source bigint NOT NULL,
    first_line bigint NOT NULL,
    last_line bigint NOT NULL,
    last_at bigint NOT NULL
);
CREATE INDEX chunk_source ON chunk (source, first_line);
CREATE VIRTUAL TABLE words USING fts5(tokens, content='', detail=none, columnsize=0, tokenize='ascii');
"""

CHUNKS_POSTGRES = """
CREATE TABLE chunk (
    id bigint PRIMARY KEY,
    source bigint NOT NULL,
    first_line bigint NOT NULL,
    last_line bigint NOT NULL,
    last_at bigint NOT NULL,
    words tsvector NOT NULL
);
CREATE INDEX chunk_source ON chunk (source, first_line);
CREATE INDEX chunk_words ON chunk USING gin (words);
"""
