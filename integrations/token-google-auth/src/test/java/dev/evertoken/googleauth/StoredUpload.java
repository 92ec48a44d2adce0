package dev.evertoken.googleauth;

import dev.evertoken.googleauth.GoogleApi.Response;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server's part of a resumable upload. Not thread-safe; chunks arrive one after another. */
final class StoredUpload {

    private static final Pattern RANGE = Pattern.compile("bytes (?:(\\d+)-\\d+|\\*)/(\\d+|\\*)");

    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    byte[] content() {
        return received.toByteArray();
    }

    /** Stores a chunk that begins where the last one ended; a chunk without bytes asks for the state. */
    Response chunk(String range, byte[] bytes) {
        Matcher matcher = RANGE.matcher(range);
        if (!matcher.matches()) {
            return Response.of(400, "{}");
        }
        if (matcher.group(1) != null) {
            if (Long.parseLong(matcher.group(1)) != received.size()) {
                return Response.of(400, "{}");
            }
            received.writeBytes(bytes);
        }
        return matcher.group(2).equals(String.valueOf(received.size()))
                ? Response.of(200, "{\"id\": \"uploaded\"}")
                : new Response(308, range(), "");
    }

    private Map<String, String> range() {
        return received.size() == 0 ? Map.of() : Map.of("Range", "bytes=0-" + (received.size() - 1));
    }
}
