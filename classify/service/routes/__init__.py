"""The routes of the service, by subject: what they take, whom they ask, what they answer."""
