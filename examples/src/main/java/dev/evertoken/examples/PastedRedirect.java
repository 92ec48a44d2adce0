package dev.evertoken.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A redirect to another machine. The user pastes the address that the browser shows. Thread-safe. */
final class PastedRedirect implements Redirect {

    private final URI uri;
    private final BlockingQueue<URI> pasted = new LinkedBlockingQueue<>();

    PastedRedirect(URI uri) {
        this.uri = uri;
        Thread reader = new Thread(this::read, "pasted-redirect");
        reader.setDaemon(true);
        reader.start();
    }

    @Override
    public URI uri() {
        return uri;
    }

    @Override
    public String instruction() {
        return "Open this address in a browser. After consent it shows a page of " + uri.getHost()
                + ": paste the complete address of that page here.";
    }

    @Override
    public Optional<URI> await(Duration patience) {
        try {
            return Optional.ofNullable(pasted.poll(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                take(line.strip());
            }
        } catch (IOException e) {
            System.out.println("the standard input cannot be read: " + e.getMessage());
        }
    }

    private void take(String line) {
        if (line.isEmpty()) {
            return;
        }
        try {
            pasted.add(URI.create(line));
        } catch (IllegalArgumentException e) {
            System.out.println("not a valid address; copy the complete address from the browser");
        }
    }

    @Override
    public void close() {
        // The reader thread ends with the process.
    }
}
