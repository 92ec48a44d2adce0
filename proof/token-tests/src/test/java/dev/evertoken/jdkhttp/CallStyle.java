package dev.evertoken.jdkhttp;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;

/** Whether the caller waits for the response. */
enum CallStyle {
    WAITING {
        @Override
        <T> HttpResponse<T> send(HttpClient client, HttpRequest request, HttpResponse.BodyHandler<T> handler)
                throws Exception {
            return client.send(request, handler);
        }
    },
    NOT_WAITING {
        @Override
        <T> HttpResponse<T> send(HttpClient client, HttpRequest request, HttpResponse.BodyHandler<T> handler)
                throws Exception {
            return client.sendAsync(request, handler).get(10, TimeUnit.SECONDS);
        }
    };

    abstract <T> HttpResponse<T> send(HttpClient client, HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws Exception;
}
