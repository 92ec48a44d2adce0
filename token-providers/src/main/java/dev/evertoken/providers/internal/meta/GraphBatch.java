package dev.evertoken.providers.internal.meta;

import dev.evertoken.internal.json.JsonNumber;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonValue;
import dev.evertoken.providers.internal.oauth2.ResponseJson;
import dev.evertoken.spi.provider.ProviderResponse;
import java.util.List;
import java.util.Optional;

/**
 * Finds a refusal in a response with status 200: an error instead of the requested object, or a batch in which every
 * request failed. A batch with at least one success is not a refusal. Stateless. Thread-safe.
 */
final class GraphBatch {

    private GraphBatch() {}

    /** Returns the refusal with its own status; empty if the response is a success or is truncated. */
    static Optional<ProviderResponse> refusal(ProviderResponse response) {
        String text = response.body().strip();
        if (text.startsWith("[")) {
            return ResponseJson.array(text).flatMap(batch -> firstIfAllFailed(batch.values(), response));
        }
        return ResponseJson.object(text)
                .flatMap(body -> body.get("error"))
                .filter(JsonObject.class::isInstance)
                .map(error -> with(response, 400, text));
    }

    private static Optional<ProviderResponse> firstIfAllFailed(List<JsonValue> items, ProviderResponse response) {
        boolean allFailed = items.stream().allMatch(item -> status(item) >= 400);
        return items.stream()
                .filter(item -> allFailed)
                .findFirst()
                .map(item -> with(
                        response,
                        status(item),
                        field(item, "body").flatMap(JsonValue::text).orElse("")));
    }

    private static int status(JsonValue item) {
        return field(item, "code")
                .filter(JsonNumber.class::isInstance)
                .flatMap(JsonValue::text)
                .filter(digits -> digits.matches("\\d{3}"))
                .map(Integer::valueOf)
                .orElse(0);
    }

    private static Optional<JsonValue> field(JsonValue item, String name) {
        return item instanceof JsonObject fields ? fields.get(name) : Optional.empty();
    }

    private static ProviderResponse with(ProviderResponse response, int status, String body) {
        return new ProviderResponse(status, response.headers(), body, response.at());
    }
}
