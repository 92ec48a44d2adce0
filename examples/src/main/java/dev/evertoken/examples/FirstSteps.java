package dev.evertoken.examples;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.TokenKey;
import dev.evertoken.okhttp.TokenInterceptor;
import java.io.IOException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * The program shown in the README. To run it, set {@code GOOGLE_CLIENT_ID}, {@code GOOGLE_CLIENT_SECRET} and {@code
 * EVERTOKEN_KEYS}, and connect an account first. Not thread-safe.
 */
public final class FirstSteps {

    private FirstSteps() {}

    public static void main(String[] args) throws IOException {
        // README begin
        Tokens tokens = Tokens.builder()
                .namespace("crm")
                .store("file:./tokens")
                .encryption(KeyRing.fromEnvironment("EVERTOKEN_KEYS"))
                .client("google", ClientRegistration.fromEnvironment("GOOGLE"))
                .build();
        TokenKey key = TokenKey.of("google", "user-42");
        AccessToken token = tokens.accessToken(key); // valid now, or a TokenException with a remedy

        OkHttpClient http = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens))
                .build();
        String calendars = "https://www.googleapis.com/calendar/v3/users/me/calendarList";
        Request request =
                new Request.Builder().url(calendars).tag(TokenKey.class, key).build();
        // README end
        try (tokens;
                Response response = http.newCall(request).execute()) {
            System.out.println(
                    "generation " + token.generation() + ", the API responds with status " + response.code());
        }
    }
}
