"""Why a request is refused: a status, a line that says what to do, and nothing of the inside."""

from __future__ import annotations

from typing import Any

from fastapi.responses import JSONResponse

from index.errors import DatelineError, UnknownArticle

_KINDS = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}
_OUT_OF_ORDER = "The index or a model can't be used just now; the server's log says why, under this request's id."


class Refusal(DatelineError):
    """A request that is answered with a status and a message instead of a result."""

    def __init__(self, status: int, message: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after_s = retry_after_s

    @property
    def headers(self) -> dict[str, str]:
        """What the status asks for beside the message."""
        headers = {} if self.retry_after_s is None else {"Retry-After": str(self.retry_after_s)}
        return headers | ({"WWW-Authenticate": "Bearer"} if self.status == 401 else {})


def refusal_of(error: DatelineError) -> Refusal:
    """Return how an error of the tool is told to a client: paths and the disk's troubles are not its business."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, UnknownArticle):
        return Refusal(404, "There is no such article. List what there is with: GET /articles")
    return Refusal(503, _OUT_OF_ORDER, retry_after_s=5)


def error_response(refusal: Refusal, *, request_id: str) -> JSONResponse:
    """Return a refusal in the form that OpenAI's clients read, on every route."""
    return JSONResponse(error_shape(refusal, request_id=request_id), refusal.status, refusal.headers)


def error_shape(refusal: Refusal, *, request_id: str) -> dict[str, Any]:
    """Return a refusal as JSON shape."""
    kind = _KINDS.get(refusal.status, "server_error" if refusal.status >= 500 else "invalid_request_error")
    message = str(refusal).encode("utf-8", "replace").decode("utf-8")
    return {"error": {"message": message, "type": kind, "param": None, "code": None, "request_id": request_id}}
