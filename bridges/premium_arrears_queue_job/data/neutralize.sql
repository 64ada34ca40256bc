-- A copy of a database must not write to customers: what its queue still had to do is off.
UPDATE queue_job SET state = 'cancelled'
 WHERE channel = 'root.premium_arrears'
   AND state IN ('wait_dependencies', 'pending', 'enqueued', 'started');
