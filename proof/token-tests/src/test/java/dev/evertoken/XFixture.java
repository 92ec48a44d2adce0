package dev.evertoken;

import static dev.evertoken.ConsentFixture.BACK;

import dev.evertoken.model.TokenKey;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.testing.MockProvider;
import java.io.IOException;
import java.net.URI;
import java.util.function.UnaryOperator;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** An application at a mock X that checks every signature, nonce and timestamp. Close it at the end. */
final class XFixture implements AutoCloseable {

    static final TokenKey XENA = TokenKey.of("x-oauth1", "xena");
    static final TokenKey YURI = TokenKey.of("x-oauth1", "yuri");

    final ConsentFixture fixture = new ConsentFixture();
    final MockProvider x = fixture.providers.xOAuth1();
    final Tokens tokens = process(builder -> builder);
    final OkHttpClient http = new OkHttpClient.Builder()
            .addInterceptor(TokenInterceptor.of(tokens))
            .build();

    Tokens process(UnaryOperator<TokensBuilder> more) {
        return fixture.process(
                builder -> more.apply(builder.encryption(ConsentFixture.ring(7)).allowHosts("x-oauth1", "127.0.0.1")));
    }

    URI approved(TokenKey key) {
        return x.approve(tokens.authorize(key, BACK).url(), key.account());
    }

    void connect(TokenKey key) {
        tokens.completeAuthorization(key, approved(key));
    }

    static Request get(URI address) {
        return get(XENA, address);
    }

    static Request get(TokenKey key, URI address) {
        return new Request.Builder()
                .url(address.toString())
                .tag(TokenKey.class, key)
                .build();
    }

    Request post(String address, RequestBody body) {
        return new Request.Builder()
                .url(address)
                .tag(TokenKey.class, XENA)
                .post(body)
                .build();
    }

    int status(Request request) throws IOException {
        try (Response response = http.newCall(request).execute()) {
            return response.code();
        }
    }

    @Override
    public void close() {
        http.connectionPool().evictAll();
        fixture.close();
    }
}
