"""Figures: one module a topic, one public function a figure; each returns a `Plot`."""
