package dev.evertoken.benchmarks.coldstart;

import java.io.IOException;

/** The common part of the measured programs: the account and the signal that there is a usable access token. */
final class FirstToken {

    static final String CLIENT_ID = "cold-start-client";
    static final String CLIENT_SECRET = "none-of-note";
    static final String REFRESH_TOKEN = "1//the-refresh-token-of-the-cold-start";

    private FirstToken() {}

    /** Prints the length of the token, and ends the process at a signal of the measuring process. */
    static void report(String token) throws IOException {
        System.out.println(token.length());
        int signal = System.in.read();
        System.exit(signal == 'q' ? 0 : 1);
    }
}
