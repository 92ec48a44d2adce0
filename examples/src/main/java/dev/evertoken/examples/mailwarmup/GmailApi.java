package dev.evertoken.examples.mailwarmup;

import dev.evertoken.Tokens;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.spi.provider.ResourceVerdict;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import java.io.IOException;
import java.net.URI;
import java.util.Properties;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Sends and reads mail with the Gmail API; the interceptor adds the token. Thread-safe. */
final class GmailApi {

    private static final MediaType JSON = MediaType.get("application/json");

    private final HttpUrl address;
    private final OkHttpClient http;
    private final Session session = Session.getInstance(new Properties());

    GmailApi(URI address, Tokens tokens) {
        this.address = HttpUrl.get(address.toString());
        this.http = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens))
                .build();
    }

    void send(MailAccount from, MailAccount to) throws IOException, MessagingException {
        String body = "{\"raw\":\"" + WarmupMail.raw(WarmupMail.of(session, from, to)) + "\"}";
        call(from, new Request.Builder().url(of("users/me/messages/send")).post(RequestBody.create(body, JSON)));
    }

    /** Lists the unread messages. */
    void read(MailAccount account) throws IOException {
        HttpUrl unread = of("users/me/messages")
                .newBuilder()
                .addQueryParameter("q", "is:unread")
                .build();
        call(account, new Request.Builder().url(unread));
    }

    private HttpUrl of(String path) {
        return address.newBuilder().addPathSegments(path).build();
    }

    private void call(MailAccount account, Request.Builder request) throws IOException {
        try (Response response =
                http.newCall(request.tag(TokenKey.class, account.key()).build()).execute()) {
            if (!response.isSuccessful()) {
                throw refused(account, response);
            }
        }
    }

    /** Returns the failure; {@link TokenIOException} if the grant turns out to have ended. */
    private static IOException refused(MailAccount account, Response response) {
        return TokenInterceptor.verdict(response)
                .flatMap(ResourceVerdict::problem)
                .filter(problem -> problem.remedy() == Remedy.RECONNECT)
                .<IOException>map(problem -> new TokenIOException(
                        TokenException.about(problem).key(account.key()).build()))
                .orElseGet(() -> new IOException("the Gmail API responds with " + response.code()));
    }
}
