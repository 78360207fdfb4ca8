"""The same questions asked of PostgreSQL and PostGIS alone, tuned as well as we can: what the engine is compared with.

One table with everything in one row: weighted text with a GIN index, all places of a service as one geometry in metres
with a GiST index, all facet values as one array of numbers. A table of words with a trigram index reads mistyped words.
One statement reads the words, one brings total, facets and the first twenty of what has half of the words.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg
from archive import plain_url

from bench.questions import Question

MAKE = """
DROP TABLE IF EXISTS bench_document;
CREATE UNLOGGED TABLE bench_document (
    id bigint PRIMARY KEY, words tsvector, places geometry, terms bigint[], facets bigint[], quality numeric
) WITH (toast_tuple_target = 8160);  -- ranking reads the words of every match: they stay in the row, uncompressed
ALTER TABLE bench_document ALTER words SET STORAGE MAIN;
INSERT INTO bench_document
SELECT s.id,
       setweight(to_tsvector('english', s.name), 'A')
       || setweight(to_tsvector('english', coalesce(t.words, '')), 'B')
       || setweight(to_tsvector('english', s.summary), 'B')
       || setweight(to_tsvector('english', o.name), 'C')
       || setweight(to_tsvector('english', coalesce(p.words, '')), 'D')
       || setweight(to_tsvector('english', regexp_replace(s.description, '<[^>]*>', ' ', 'g')), 'D')
           AS words,
       p.places,
       coalesce(t.terms, '{}') AS terms,
       coalesce(a.areas, '{}')
       || ARRAY[1000 + CASE s.kind WHEN 'activity' THEN 1 WHEN 'group' THEN 2 WHEN 'support' THEN 3 ELSE 4 END,
                1010 + CASE s.stage WHEN 'universal' THEN 1 WHEN 'some_help' THEN 2 WHEN 'targeted' THEN 3 ELSE 4 END]
       || CASE WHEN s.cost_pence = 0 THEN ARRAY[1020] ELSE '{}' END
       || CASE WHEN s.is_online THEN ARRAY[1021] ELSE ARRAY[1022] END
       || CASE WHEN s.is_telephone THEN ARRAY[1023] ELSE '{}' END
       || CASE WHEN s.taking_people IS NULL THEN '{}'
               ELSE ARRAY[1024 + CASE s.taking_people WHEN 'yes' THEN 1 WHEN 'no' THEN 2 ELSE 3 END] END
       || coalesce((SELECT array_agg(1500 + hashtext(feature) % 100) FROM unnest(s.access) AS feature), '{}')
       || coalesce((SELECT array_agg(2000 + hashtext(language) % 500) FROM unnest(s.languages) AS language), '{}')
       || coalesce((SELECT array_agg(DISTINCT 1050 + weekday) FROM opening_time t WHERE t.service_id = s.id), '{}')
           AS facets,
       CASE WHEN s.assured_on IS NULL THEN 0.92
            WHEN s.assured_on > current_date - 183 THEN 1 WHEN s.assured_on > current_date - 365 THEN 0.95
            ELSE 0.88 END AS quality
  FROM service s
  JOIN organisation o ON o.id = s.organisation_id
  LEFT JOIN LATERAL (
      SELECT array_agg(DISTINCT x.id) AS terms, string_agg(x.name || ' ' || x.in_plain_words, ' ') AS words
        FROM (SELECT t.* FROM service_term st JOIN term t ON t.id = st.term_id WHERE st.service_id = s.id
              UNION SELECT p.* FROM service_term st JOIN term t ON t.id = st.term_id JOIN term p ON p.id = t.parent_id
               WHERE st.service_id = s.id) AS x) AS t ON true
  LEFT JOIN LATERAL (
      SELECT ST_Collect(ST_Transform(l.point::geometry, 27700)) AS places,
             string_agg(l.name || ' ' || coalesce(l.address, ''), ' ') AS words
        FROM service_at_location sl JOIN location l ON l.id = sl.location_id
       WHERE sl.service_id = s.id AND l.visibility = 'public') AS p ON true
  LEFT JOIN LATERAL (
      SELECT array_agg(DISTINCT x.id) AS areas
        FROM (SELECT l.ward_id AS id FROM service_at_location sl JOIN location l ON l.id = sl.location_id
               WHERE sl.service_id = s.id AND l.visibility <> 'hidden' AND l.ward_id IS NOT NULL
              UNION SELECT k.parent_id FROM service_at_location sl JOIN location l ON l.id = sl.location_id
                JOIN area_link k ON k.child_id = l.ward_id WHERE sl.service_id = s.id AND l.visibility <> 'hidden'
              UNION SELECT sa.area_id FROM service_area sa WHERE sa.service_id = s.id) AS x) AS a ON true
 WHERE s.status <> 'closed' AND coalesce(s.valid_from, current_date) <= current_date
   AND coalesce(s.valid_until, current_date) >= current_date;
CREATE INDEX ON bench_document USING gin (words) WITH (fastupdate = off);
CREATE INDEX ON bench_document USING gist (places);
CREATE INDEX ON bench_document USING gin (terms) WITH (fastupdate = off);
"""
WORDS = """
DROP TABLE IF EXISTS bench_word;
CREATE UNLOGGED TABLE bench_word AS
SELECT word, sum(nentry) AS times FROM ts_stat($$
    SELECT to_tsvector('simple', name || ' ' || summary || ' ' || regexp_replace(description, '<[^>]*>', ' ', 'g'))
      FROM service $$) GROUP BY word;
ALTER TABLE bench_word ADD PRIMARY KEY (word);
CREATE INDEX ON bench_word USING gist (word gist_trgm_ops(siglen=64));
"""
# Each word: itself where anybody wrote it, else any of the four most like it (pg_trgm).
READ = """
SELECT CASE
    WHEN typed LIKE '%%<->%%' OR typed LIKE '%%:*' THEN to_tsquery('english', typed)
    WHEN EXISTS (SELECT FROM bench_word WHERE word = typed) THEN plainto_tsquery('english', typed)
    ELSE (SELECT to_tsquery('english', string_agg(like_it.word, ' | ')) FROM (
        SELECT word FROM bench_word WHERE word %% typed ORDER BY word <-> typed LIMIT 4) AS like_it) END::text
  FROM unnest(%(typed)s::text[]) AS given (typed)
"""
# The planner sees the words and the point as constants: it estimates well, and finds the better of the two indexes.
ASK = """
WITH found AS MATERIALIZED (
    SELECT d.id, d.terms, d.facets, d.terms && %(terms)s::bigint[] AS has_need,
           ts_rank(d.words, %(query)s::tsquery) * d.quality
           * (1 + 0.9 / (1 + ST_Distance(d.places, %(point)s::geometry) / 2000)) AS score
      FROM bench_document d
     WHERE d.words @@ %(query)s::tsquery AND ST_DWithin(d.places, %(point)s::geometry, %(within)s) {enough}
)
SELECT (SELECT count(*) FROM found WHERE has_need) AS total,
       (SELECT json_object_agg(value, number) FROM (
           SELECT value, count(*) AS number FROM found, unnest(found.facets) AS value WHERE has_need GROUP BY value
       ) AS counted) AS facets,
       (SELECT json_object_agg(value, number) FROM (
           SELECT value, count(*) AS number FROM found, unnest(found.terms) AS value GROUP BY value
       ) AS counted) AS terms,
       ARRAY(SELECT id FROM found WHERE has_need ORDER BY score DESC, id LIMIT 20) AS ids
"""


class Baseline:
    """A connection to the register's database with the table made and vacuumed."""

    def __init__(self, url: str, points_of: Iterable[Question]) -> None:
        self.connection = psycopg.connect(plain_url(url), autocommit=True, prepare_threshold=0)
        self.connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        self.connection.execute(MAKE, prepare=False)
        self.connection.execute(WORDS, prepare=False)
        self.connection.execute("VACUUM ANALYZE bench_document")
        self.connection.execute("VACUUM ANALYZE bench_word")
        for setting in (
            "jit = off",
            "work_mem = '64MB'",
            "random_page_cost = 1.1",
            "plan_cache_mode = force_custom_plan",
        ):
            self.connection.execute(f"SET {setting}")
        self.terms = dict(self.connection.execute("SELECT slug, id FROM term").fetchall())
        self.points = [self.point(question) for question in points_of]

    def point(self, question: Question) -> str:
        """The question's point in metres, as hexadecimal EWKB: projecting it is not what is measured."""
        lat, lon = question.request.point or (0.0, 0.0)
        statement = "SELECT ST_Transform(ST_SetSRID(ST_MakePoint(%s, %s), 4326), 27700)::text"
        row = self.connection.execute(statement, [lon, lat]).fetchone()
        return str(row[0]) if row else ""

    def ask(self, question: Question, point: str) -> tuple[Any, ...]:
        """Total, facets and the first twenty."""
        read = self.connection.execute(READ, {"typed": list(question.typed)}).fetchall()
        words = [query for (query,) in read if query]
        values: dict[str, Any] = {
            "query": " | ".join(f"({word})" for word in words),
            "point": point,
            "within": question.request.within_m,
            "terms": [self.terms[slug] for slug in question.request.needs],
        }
        enough = ""
        if len(words) > 2:  # half of two is one, which it has anyway
            has = " + ".join(f"(d.words @@ %(word{number})s::tsquery)::int" for number in range(len(words)))
            enough = f"AND ({has}) * 2 >= {len(words)}"
            values |= {f"word{number}": word for number, word in enumerate(words)}
        row = self.connection.execute(ASK.format(enough=enough), values).fetchone()
        return tuple(row) if row else ()

    def close(self) -> None:
        """Remove the table and hang up."""
        self.connection.execute("DROP TABLE bench_document, bench_word")
        self.connection.close()
