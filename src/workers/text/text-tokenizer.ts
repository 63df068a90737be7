import { Template } from '@huggingface/jinja';
import { Tokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { GataError } from '../../shared/gata-error.ts';
import type { ChatMessage, TextGenerateInput } from '../../shared/task.ts';
import type { BundleFolder } from '../model/bundle-folder.ts';

const specialTokenSchema = z
  .union([z.string(), z.object({ content: z.string() }).transform((token) => token.content)])
  .nullish()
  .transform((token) => token ?? undefined);

const tokenizerConfigSchema = z.looseObject({
  bos_token: specialTokenSchema,
  eos_token: specialTokenSchema,
  pad_token: specialTokenSchema,
  unk_token: specialTokenSchema,
  chat_template: z
    .union([z.string(), z.array(z.object({ name: z.string(), template: z.string() }))])
    .nullish(),
});
type TokenizerConfig = z.infer<typeof tokenizerConfigSchema>;

/** A model's tokenizer and chat template. */
export class TextTokenizer {
  readonly #tokenizer: Tokenizer;
  readonly #config: TokenizerConfig;
  readonly #template: Template | undefined;
  /** Fills up shorter sequences of a batch; the attention mask hides it. */
  readonly padToken: number;

  private constructor(tokenizer: Tokenizer, config: TokenizerConfig, template: Template | undefined) {
    this.#tokenizer = tokenizer;
    this.#config = config;
    this.#template = template;
    this.padToken = this.#idOf(config.pad_token) ?? this.#idOf(config.eos_token) ?? 0;
  }

  /** @throws GataError `corrupt-bundle` when the tokenizer's files are missing or malformed. */
  static async read(bundle: BundleFolder): Promise<TextTokenizer> {
    const tokenizerFile = await bundle.requireJson('tokenizer.json', z.looseObject({}));
    const configFile = (await bundle.readJson('tokenizer_config.json', z.looseObject({}))) ?? {};
    const config = tokenizerConfigSchema.parse(configFile);
    const templateText = (await bundle.readText('chat_template.jinja')) ?? defaultTemplate(config);
    try {
      const tokenizer = new Tokenizer(tokenizerFile, configFile);
      return new TextTokenizer(tokenizer, config, templateText ? new Template(templateText) : undefined);
    } catch (error) {
      throw new GataError('corrupt-bundle', "The bundle's tokenizer or chat template is malformed.", {
        cause: error,
      });
    }
  }

  /**
   * The token ids of a prompt, at least one.
   * @throws GataError `invalid-request` when the chat template refuses the messages or there is none.
   */
  encodePrompt(prompt: TextGenerateInput['prompt']): number[] {
    if ('text' in prompt) return this.encode(prompt.text);
    return this.#encode(this.#renderChat(prompt.messages), false);
  }

  /** The token ids of a text with the special tokens the model expects around it, at least one. */
  encode(text: string): number[] {
    return this.#encode(text, true);
  }

  decode(tokens: readonly number[]): string {
    return this.#tokenizer.decode([...tokens], {
      skip_special_tokens: true,
      clean_up_tokenization_spaces: false,
    });
  }

  #encode(text: string, addSpecialTokens: boolean): number[] {
    const { ids } = this.#tokenizer.encode(text, { add_special_tokens: addSpecialTokens });
    if (ids.length > 0) return ids;
    return [this.#idOf(this.#config.bos_token) ?? this.padToken];
  }

  #renderChat(messages: readonly ChatMessage[]): string {
    if (this.#template === undefined) {
      throw new GataError('invalid-request', 'This model has no chat template: send a text prompt.');
    }
    try {
      return this.#template.render({
        messages,
        add_generation_prompt: true,
        bos_token: this.#config.bos_token ?? '',
        eos_token: this.#config.eos_token ?? '',
        pad_token: this.#config.pad_token ?? '',
        unk_token: this.#config.unk_token ?? '',
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new GataError('invalid-request', `The model's chat template refuses the messages: ${reason}`, {
        cause: error,
        param: 'messages',
      });
    }
  }

  #idOf(token: string | undefined): number | undefined {
    return token === undefined ? undefined : this.#tokenizer.token_to_id(token);
  }
}

function defaultTemplate({ chat_template: templates }: TokenizerConfig): string | undefined {
  if (!Array.isArray(templates)) return templates ?? undefined;
  return (templates.find(({ name }) => name === 'default') ?? templates[0])?.template;
}
