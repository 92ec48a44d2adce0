package dev.evertoken.testing;

import java.util.List;

/** Answers that carry no tokens, whatever they look like. Stateless. */
final class BadAnswers {

    private BadAnswers() {}

    static List<Answer> all() {
        return List.of(
                Answer.html(200),
                Answer.html(403),
                Answer.empty(),
                Answer.status(204),
                Answer.status(500),
                Answer.html(502),
                Answer.json(200, "{"),
                Answer.json(200, "[]"),
                Answer.json(200, "null"),
                Answer.json(200, "\uFEFF{}"),
                Answer.json(200, "{\"access_token\":"),
                Answer.json(200, "{\"access_token\":{\"a\":NaN}}"),
                Answer.json(200, "[".repeat(100_000)),
                Answer.json(200, "{\"access_token\":\"line\\r\\nInjected: yes\",\"token_type\":\"Bearer\"}"),
                Answer.json(400, "{\"error\":{\"code\":17}}"),
                Answer.of(400, "application/json; charset=no-such-charset", "{\"error\":17}"));
    }
}
