"""Tables: one module a topic, one public function a table; each returns a `Table`."""
