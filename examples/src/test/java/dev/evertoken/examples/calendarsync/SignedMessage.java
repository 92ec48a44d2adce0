package dev.evertoken.examples.calendarsync;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A message to the agent, signed as the guide to the mirror says. Immutable. */
record SignedMessage(String method, String path, String user, String body, Instant consentedAt) {

    private static final String KEY_ID = "m1";

    static SignedMessage connect(String user, String body, Instant consentedAt) {
        String path = "/api/users/" + user + "/google-calendar/connect";
        return new SignedMessage("POST", path, user, body, consentedAt);
    }

    static SignedMessage disconnect(String user, Instant consentedAt) {
        return new SignedMessage("DELETE", "/api/google-tokens/" + user, user, "", consentedAt);
    }

    /** Sends the message with a key of the services. */
    Reply send(URI agent, byte[] key, String serviceToken) throws GeneralSecurityException {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Authorization", "Bearer " + serviceToken);
        headers.put("Evertoken-Grant", "grant");
        headers.put("Evertoken-Consented-At", consentedAt.toString());
        String version = "{\"grant\":\"grant\",\"consented_at\":\"" + consentedAt + "\"";
        if (method.equals("POST")) {
            headers.put("Evertoken-Generation", "1");
            version += ",\"generation\":1";
        }
        String time = Long.toString(Instant.now().getEpochSecond());
        String nonce = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(UUID.randomUUID().toString().substring(0, 16).getBytes(UTF_8));
        String content = String.join("\n", "v1", KEY_ID, time, nonce, method, hash(user), version + "}", hash(body));
        headers.put(
                "Evertoken-Signature",
                "v1;key=" + KEY_ID + ";time=" + time + ";nonce=" + nonce + ";mac=" + mac(key, content));
        return HttpCall.send(method, agent.resolve(path), headers, body.getBytes(UTF_8));
    }

    private static String mac(byte[] key, String content) throws GeneralSecurityException {
        Mac hmac = Mac.getInstance("HmacSHA256");
        hmac.init(new SecretKeySpec(key, "HmacSHA256"));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hmac.doFinal(content.getBytes(UTF_8)));
    }

    private static String hash(String text) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    }
}
