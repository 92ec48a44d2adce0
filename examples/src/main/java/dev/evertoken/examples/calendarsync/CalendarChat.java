package dev.evertoken.examples.calendarsync;

import dev.evertoken.Tokens;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.okhttp.TokenInterceptor;
import java.io.IOException;
import java.net.URI;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Answers a user after it has read the user's calendar. Thread-safe. */
final class CalendarChat {

    private final OkHttpClient http;
    private final URI calendar;

    /** @param calendar the address at Calendar that is read */
    CalendarChat(Tokens tokens, URI calendar) {
        this.http = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens))
                .build();
        this.calendar = calendar;
    }

    Reply answer(String userId) {
        Request request;
        try {
            request = new Request.Builder()
                    .url(calendar.toString())
                    .tag(TokenKey.class, GoogleClient.key(userId))
                    .build();
        } catch (IllegalArgumentException e) {
            return Reply.failure(400, "missing or invalid fields: user_id");
        }
        try (Response response = http.newCall(request).execute()) {
            return response.isSuccessful()
                    ? Reply.success("I have read your calendar.", userId)
                    : Reply.failure(500, "Google Calendar responded " + response.code());
        } catch (TokenIOException e) {
            return failure(e.reason());
        } catch (IOException e) {
            return Reply.failure(500, "Google Calendar does not respond");
        }
    }

    private static Reply failure(TokenException e) {
        return e.remedy() == Remedy.RECONNECT
                ? Reply.failure(404, "Please connect your calendar: " + e.problem())
                : Reply.failure(500, "I cannot read your calendar now: " + e.problem());
    }
}
