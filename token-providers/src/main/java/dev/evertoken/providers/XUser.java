package dev.evertoken.providers;

import dev.evertoken.spi.ProviderAnswer;
import java.util.Optional;

/** Whose a token is, as X says it: {@code data.id} in its second version, {@code id_str} in the first. Stateless. */
final class XUser {

    private XUser() {}

    static Optional<String> id(ProviderAnswer answer) {
        AnswerBody body = AnswerBody.of(answer);
        return body.object("data")
                .flatMap(data -> data.text("id"))
                .or(() -> body.text("id_str"))
                .or(() -> body.text("id"));
    }
}
