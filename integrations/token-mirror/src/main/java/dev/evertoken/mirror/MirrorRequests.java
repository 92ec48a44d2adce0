package dev.evertoken.mirror;

import dev.evertoken.internal.json.JsonBoolean;
import dev.evertoken.internal.json.JsonDocument;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonWriter;
import dev.evertoken.mirror.MessageSignature.SignedContent;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.outbox.HttpMessage;
import dev.evertoken.outbox.HttpReply;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Writes the requests to a receiver and reads its responses. Immutable. */
record MirrorRequests(MirrorSettings settings) {

    private static final byte[] NO_BODY = {};

    /** Returns the request that stores tokens; empty if no path leads to the account. */
    Optional<HttpMessage> connect(TokenKey account, TokenSet tokens, MirrorVersion version, Instant now) {
        byte[] body = JsonWriter.bytes(body(tokens));
        return settings.connectPath()
                .resolve(settings.base(), account, account.account())
                .map(address -> request("POST", address, account.account(), Optional.of(version), body, now));
    }

    private JsonObject body(TokenSet tokens) {
        JsonObject.Builder body = JsonObject.builder();
        tokens.accessToken().map(Secret::reveal).ifPresent(token -> body.add("access_token", token));
        if (!settings.accessTokensOnly()) {
            tokens.refreshToken().map(Secret::reveal).ifPresent(token -> body.add("refresh_token", token));
        }
        if (!tokens.neverExpires()) {
            tokens.expiresAt()
                    .ifPresent(end -> body.add(
                            "token_expiry", end.truncatedTo(ChronoUnit.MILLIS).toString()));
        }
        return body.add("scope", String.join(" ", tokens.scopes())).build();
    }

    /** Returns the request that removes tokens; empty if no path leads to the account. */
    Optional<HttpMessage> disconnect(TokenKey account, MirrorVersion version, Instant now) {
        return settings.disconnectPath()
                .resolve(settings.base(), account, account.account())
                .map(address -> request("DELETE", address, account.account(), Optional.of(version), NO_BODY, now));
    }

    /** Returns a request without an account. */
    HttpMessage get(URI address, String signedUserId, Instant now) {
        return request("GET", address, signedUserId, Optional.empty(), NO_BODY, now);
    }

    private HttpMessage request(
            String method, URI address, String userId, Optional<MirrorVersion> version, byte[] body, Instant now) {
        Map<String, String> headers = new LinkedHashMap<>(settings.headers().get());
        headers.put("Accept", "application/json");
        if (body.length > 0) {
            headers.put("Content-Type", "application/json");
        }
        version.map(MirrorVersion::headers).ifPresent(headers::putAll);
        if (settings.signing().active().isPresent()) {
            SignedContent content = new SignedContent(method, userId, version, body);
            headers.putAll(MessageSignature.of(content, settings.signing(), now).headers());
        }
        return new HttpMessage(method, address, headers, body);
    }

    /**
     * Returns whether a response says that the request has succeeded: 2xx alone can come from a proxy or a login page.
     */
    static boolean isAccepted(HttpReply reply) {
        return reply.isSuccess()
                && reply.complete()
                && JsonDocument.parse(reply.text())
                        .flatMap(json -> json.get("success"))
                        .filter(new JsonBoolean(true)::equals)
                        .isPresent();
    }
}
