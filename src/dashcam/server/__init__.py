"""The web's side: GET asks, POST tells, SSE says what is new; on 127.0.0.1 unless told otherwise."""
