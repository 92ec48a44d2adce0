package dev.evertoken.providers.internal.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that are read as a form although nothing announces one, and texts that are not. */
class UnannouncedFormTest {

    @Test
    @Fault("M6")
    void aTokenResponseIsRead() {
        assertThat(UnannouncedForm.parse("access_token=at%2D2&token_type=bearer&expires_in=3600&scope=a+b%20c"))
                .map(FormEncoding::fields)
                .contains(
                        Map.of("access_token", "at-2", "token_type", "bearer", "expires_in", "3600", "scope", "a b c"));
        assertThat(UnannouncedForm.parse("access_token=at-2")).isPresent();
        assertThat(UnannouncedForm.parse("refresh_token=rt-2&access_token=at-2&refresh_token_expires_in="))
                .isPresent();
    }

    @Test
    @Fault("M6")
    void aRefusalIsRead() {
        assertThat(UnannouncedForm.parse("error=invalid_grant&error_description=The+token+is+gone%2E"))
                .map(FormEncoding::fields)
                .contains(Map.of("error", "invalid_grant", "error_description", "The token is gone."));
    }

    @ParameterizedTest
    @Fault("M6")
    @ValueSource(
            strings = {
                "",
                "token_type=bearer&expires_in=3600",
                "refresh_token=rt-2",
                "access_token=&token_type=bearer",
                "access_token",
                "access_token=at-2&",
                "access_token=at-2&expires_in",
                "access_token=at-2&=3600",
                "access_token=at-2&access_token=at-2",
                "access_token=at-2&%61ccess_token=at-3",
                "access_token=at%2",
                "access_token=at%zz",
                "access_token=at%+1",
                "access_token=at%ff",
                "access_token=at%0a2",
                "access_token=at 2",
                "access_token=at+2",
                "access_token=at-2\n&expires_in=3600",
                "access_token=<b>at-2</b>",
                "<html>access_token=at-2</html>",
                "<a href='?access_token=at-2'>",
                "see access_token=at-2&token_type=bearer",
                "{access_token=at-2}",
                "access_token=ät-2",
                "/login?access_token=at-2",
                "error=Not found",
                "error=<b>no</b>",
                "error=",
                "error_description=gone"
            })
    void anyOtherTextIsNotRead(String text) {
        assertThat(UnannouncedForm.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @Fault("M6")
    @ValueSource(
            strings = {
                "grant_type=refresh_token&refresh_token=rt-1&access_token=at-1",
                "access_token=at-1&client_id=id&client_secret=s",
                "access_token=at-1&error=invalid_grant&grant_type=ig_refresh_token"
            })
    void aRequestThatIsReturnedIsNotRead(String text) {
        assertThat(UnannouncedForm.parse(text)).isEmpty();
    }
}
