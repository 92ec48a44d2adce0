package dev.evertoken.providers;

import dev.evertoken.providers.JsonTree.JsonNumber;
import dev.evertoken.spi.ProviderAnswer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds a refusal inside an answer of status 200: an error in the place of the object that was asked for, or a batch
 * none of whose requests was carried out; if some were, it is a good answer. Stateless. Thread-safe.
 */
final class GraphBatch {

    private GraphBatch() {}

    /** Returns the refusal with the status that it stands for; empty if the answer is a good one or is cut off. */
    static Optional<ProviderAnswer> refusal(ProviderAnswer answer) {
        String text = answer.body().strip();
        if (text.startsWith("[")) {
            return JsonTree.list(text).flatMap(items -> firstOfNoneDone(items, answer));
        }
        return JsonTree.object(text)
                .filter(body -> body.get("error") instanceof Map<?, ?>)
                .map(body -> with(answer, 400, text));
    }

    private static Optional<ProviderAnswer> firstOfNoneDone(List<Object> items, ProviderAnswer answer) {
        boolean noneDone = items.stream().allMatch(item -> status(item) >= 400);
        return items.stream()
                .filter(item -> noneDone)
                .findFirst()
                .map(item -> with(answer, status(item), String.valueOf(field(item, "body"))));
    }

    private static int status(Object item) {
        return field(item, "code") instanceof JsonNumber number && number.text().matches("\\d{3}")
                ? Integer.parseInt(number.text())
                : 0;
    }

    private static @Nullable Object field(Object item, String name) {
        return item instanceof Map<?, ?> fields ? fields.get(name) : null;
    }

    private static ProviderAnswer with(ProviderAnswer answer, int status, String body) {
        return new ProviderAnswer(status, answer.headers(), body, answer.at());
    }
}
