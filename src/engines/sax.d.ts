/** The few parts of `sax` that are used here (the package ships no types). */
declare module 'sax' {
  export interface SaxTag {
    name: string;
    attributes: Record<string, string>;
    isSelfClosing: boolean;
  }
  export interface SaxParser {
    onopentag: (tag: SaxTag) => void;
    onclosetag: (name: string) => void;
    ontext: (text: string) => void;
    oncdata: (text: string) => void;
    ondoctype: (text: string) => void;
    onerror: (error: Error) => void;
    write(chunk: string): SaxParser;
    close(): SaxParser;
  }
  const sax: {
    parser(strict: boolean, options?: { trim?: boolean; normalize?: boolean; position?: boolean }): SaxParser;
  };
  export default sax;
}
