"""Collaboration networks of units: documents → ties (`joint_documents`) → measures (`measures`)."""
