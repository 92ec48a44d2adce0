package dev.evertoken.console.browser;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Disables a test where there is no chromium or no chromedriver. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(InChromium.Installed.class)
@interface InChromium {

    /** The browser of Debian's package chromium. */
    Path CHROMIUM = Path.of("/usr/bin/chromium");

    /** The driver of Debian's package chromium-driver. */
    Path DRIVER = Path.of("/usr/bin/chromedriver");

    /** The condition. */
    final class Installed implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER)
                    ? ConditionEvaluationResult.enabled("chromium and chromedriver are installed")
                    : ConditionEvaluationResult.disabled("chromium and chromedriver are not installed");
        }
    }
}
