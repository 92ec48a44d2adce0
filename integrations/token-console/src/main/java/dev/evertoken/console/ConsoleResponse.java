package dev.evertoken.console;

import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A response of HTTP, independent of a server. It contains no secret of an account. Immutable.
 */
public final class ConsoleResponse {

    /** Everything comes from this origin, nothing is inline, and no text is parsed as HTML. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
            + " require-trusted-types-for 'script'; trusted-types 'none'";

    private static final Map<String, String> SAFETY = Map.of(
            "Content-Security-Policy", CONTENT_SECURITY_POLICY,
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Cache-Control", "no-store");

    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;

    private ConsoleResponse(int status, Map<String, String> headers, byte[] body) {
        this.status = status;
        this.headers = Collections.unmodifiableMap(headers);
        this.body = body;
    }

    static ConsoleResponse of(int status, String contentType, byte[] body) {
        Map<String, String> headers = new LinkedHashMap<>(SAFETY);
        headers.put("Content-Type", contentType);
        return new ConsoleResponse(status, headers, body);
    }

    static ConsoleResponse json(int status, JsonObject value) {
        return of(status, "application/json; charset=utf-8", JsonWriter.bytes(value));
    }

    static ConsoleResponse error(int status, String code, String message) {
        return json(
                status,
                JsonObject.builder().add("error", code).add("message", message).build());
    }

    /** Returns a page of a few words, for a visitor who has no session. The arguments are constants, not input. */
    static ConsoleResponse page(int status, String title, String sentences) {
        String html = "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + title
                + "</title><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                + "<link rel=\"stylesheet\" href=\"console.css\"></head><body><main class=\"notice\"><h1>" + title
                + "</h1><p>" + sentences + "</p><p><a href=\"./\">Try again</a></p></main></body></html>";
        return of(status, "text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8));
    }

    static ConsoleResponse redirect(String location) {
        return of(303, "text/plain; charset=utf-8", new byte[0]).with("Location", location);
    }

    ConsoleResponse with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new ConsoleResponse(status, more, body);
    }

    /** Returns the status code. */
    public int status() {
        return status;
    }

    /** Returns the headers, except the length of the body. Unmodifiable. */
    public Map<String, String> headers() {
        return headers;
    }

    /** Returns a copy of the body, empty if there is none. */
    public byte[] body() {
        return body.clone();
    }

    @Override
    public String toString() {
        return "ConsoleResponse[" + status + ", " + body.length + " bytes]";
    }
}
