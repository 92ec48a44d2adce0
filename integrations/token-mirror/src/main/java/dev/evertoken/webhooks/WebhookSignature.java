package dev.evertoken.webhooks;

import dev.evertoken.model.Secret;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Signs the attempts of a delivery as Standard Webhooks 1.0.0 requires: the id, the time of the attempt and the body,
 * separated by full stops, with every key. During a rotation of the secret a receiver accepts either. Immutable.
 */
final class WebhookSignature {

    static final String ID = "webhook-id";
    static final String TIMESTAMP = "webhook-timestamp";
    static final String SIGNATURE = "webhook-signature";

    private final List<WebhookKey> keys;

    /** @throws IllegalArgumentException if a secret is malformed; the message does not contain it */
    WebhookSignature(List<Secret> secrets) {
        this.keys = secrets.stream().map(WebhookKey::parse).toList();
    }

    /** Returns the headers of an attempt. */
    Map<String, String> headers(String id, Instant at, byte[] body) {
        String timestamp = Long.toString(at.getEpochSecond());
        byte[] signed = signed(id + "." + timestamp + ".", body);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(ID, id);
        headers.put(TIMESTAMP, timestamp);
        headers.put(SIGNATURE, keys.stream().map(key -> key.sign(signed)).collect(Collectors.joining(" ")));
        return headers;
    }

    private static byte[] signed(String prefix, byte[] body) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(prefix.length() + body.length);
        all.writeBytes(prefix.getBytes(StandardCharsets.UTF_8));
        all.writeBytes(body);
        return all.toByteArray();
    }
}
