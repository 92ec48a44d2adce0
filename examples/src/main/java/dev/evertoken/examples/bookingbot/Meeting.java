package dev.evertoken.examples.bookingbot;

import com.squareup.moshi.JsonAdapter;
import com.squareup.moshi.Moshi;
import java.util.Map;

/** The request body of the Calendar API for a meeting. Stateless. */
final class Meeting {

    private static final JsonAdapter<Object> JSON = new Moshi.Builder().build().adapter(Object.class);

    private Meeting() {}

    static String json(String title) {
        Map<String, Object> meet = Map.of("conferenceSolutionKey", Map.of("type", "hangoutsMeet"));
        return JSON.toJson(Map.of("summary", title, "conferenceData", Map.of("createRequest", meet)));
    }
}
