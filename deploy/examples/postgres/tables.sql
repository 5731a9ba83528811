CREATE EXTENSION IF NOT EXISTS vector;

-- One row a class of a result; the coordinates of its record make it the same row when it is copied
-- again.
CREATE TABLE IF NOT EXISTS labels (
  kafka_partition int,
  kafka_offset bigint,
  rank int,
  image_id text NOT NULL,
  label text NOT NULL,
  score real NOT NULL,
  revision text NOT NULL,
  classified_at timestamptz NOT NULL,
  PRIMARY KEY (kafka_partition, kafka_offset, rank)
);

-- An image that was done again by the same model has the same embedding_id. For an index, give the
-- column its dimension and say: CREATE INDEX ON embeddings USING hnsw (vector vector_cosine_ops);
CREATE TABLE IF NOT EXISTS embeddings (
  embedding_id uuid PRIMARY KEY,
  image_id text NOT NULL,
  revision text NOT NULL,
  vector vector NOT NULL
);
