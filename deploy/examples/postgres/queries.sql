-- What is there, and how sure the model is of it.
SELECT label, count(*) AS images, round(avg(score)::numeric, 2) AS score
FROM labels
WHERE rank = 1
GROUP BY label
ORDER BY images DESC, label;

-- What a person should look at: the best label is hardly better than the next.
SELECT image_id, first.label, round(first.score::numeric, 2) AS score,
  second.label AS or_label, round(second.score::numeric, 2) AS or_score
FROM labels first
JOIN labels second USING (kafka_partition, kafka_offset, image_id)
WHERE first.rank = 1 AND second.rank = 2 AND first.score - second.score < 0.2
ORDER BY first.score - second.score;

-- The five images most like one of them, of the same model.
SELECT other.image_id, round((other.vector <=> one.vector)::numeric, 3) AS cosine_distance
FROM embeddings one
JOIN embeddings other ON other.revision = one.revision AND other.image_id <> one.image_id
WHERE one.image_id = :'image'
ORDER BY other.vector <=> one.vector
LIMIT 5;
