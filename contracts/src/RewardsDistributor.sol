// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";

/// @title What nodes earned, epoch by epoch
/// @notice A root commits to what each account earned since the beginning, so one claim pays all that is due. A new
/// root waits out a dispute window, in which a guardian may veto it; the root before it pays meanwhile. The code
/// cannot be changed: nobody, governance included, can take back what a live root promises.
contract RewardsDistributor is AccessControl, EIP712, Nonces {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;

    /// @notice May submit roots: the gateway's settler.
    bytes32 public constant SETTLER_ROLE = keccak256("SETTLER_ROLE");
    /// @notice May veto a root in its dispute window, and hold new roots back.
    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");
    bytes32 public constant CLAIM_AND_STAKE_TYPEHASH =
        keccak256("ClaimAndStake(address account,uint256 cumulative,uint256 nonce,uint256 deadline)");
    uint64 public constant SHORTEST_DISPUTE_WINDOW = 1;
    uint64 public constant LONGEST_DISPUTE_WINDOW = 14 days;
    uint32 private constant NEVER = type(uint32).max;

    /// @notice All that a claim reads besides the root, in one slot. Amounts are sums over all accounts since the
    /// beginning, in wei of the token.
    struct Live {
        uint112 promised;
        uint112 claimed;
        /// @notice When the pending root goes live; `NEVER` without one, and while new roots are held back.
        uint32 nextAt;
    }

    /// @notice A root that waits.
    struct Pending {
        uint112 promised;
        /// @notice 0 when no root waits.
        uint64 epoch;
        bool held;
    }

    IERC20 public immutable token;
    /// @notice A vault of the same token.
    IERC4626 public immutable staking;
    /// @notice In seconds; epochs must be longer.
    uint64 public disputeWindow;
    uint64 private _liveEpoch;
    bytes32 private _liveRoot;
    Live private _live;
    bytes32 private _pendingRoot;
    Pending private _pending;
    mapping(address account => uint256) private _claimed;

    event RootSubmitted(uint64 indexed epoch, bytes32 root, uint256 promised, uint64 liveAt);
    event RootVetoed(uint64 indexed epoch, bytes32 root, address by);
    event RootLive(uint64 indexed epoch, bytes32 root);
    event Claimed(address indexed account, uint256 amount, uint256 cumulative);
    event RootsHeld(bool held, address by);
    event DisputeWindowChanged(uint64 window);

    error WrongEpoch(uint64 expected);
    error RootIsPending(uint64 epoch, uint64 liveAt);
    error NoPendingRoot(uint64 epoch);
    error PromisedLess(uint256 before);
    error Underfunded(uint256 missing);
    error NotInRoot();
    error NothingToClaim(uint256 claimed);
    error MoreThanPromised();
    error SignatureExpired(uint256 deadline);
    error BadSignature();
    error BadDisputeWindow();
    error RootsAreHeld();

    /// @param admin the governance's timelock.
    constructor(IERC20 token_, IERC4626 staking_, address admin, uint64 disputeWindow_)
        EIP712("Gata RewardsDistributor", "1")
    {
        token = token_;
        staking = staking_;
        _live.nextAt = NEVER;
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _setDisputeWindow(disputeWindow_);
    }

    /// @notice The root that claims are checked against now.
    function liveRoot() external view returns (uint64 epoch, bytes32 root, uint256 promised) {
        if (_isDue(_live)) return (_pending.epoch, _pendingRoot, _pending.promised);
        return (_liveEpoch, _liveRoot, _live.promised);
    }

    /// @notice The root that waits, or epoch 0. While new roots are held back, `liveAt` is the largest uint32.
    function pendingRoot() external view returns (uint64 epoch, bytes32 root, uint256 promised, uint64 liveAt) {
        Live memory live = _live;
        if (_pending.epoch == 0 || _isDue(live)) return (0, 0, 0, 0);
        return (_pending.epoch, _pendingRoot, _pending.promised, live.nextAt);
    }

    function rootsHeld() external view returns (bool) {
        return _pending.held;
    }

    /// @notice What an account was paid since the beginning, in wei of the token.
    function claimed(address account) external view returns (uint256) {
        return _claimed[account];
    }

    function totalClaimed() external view returns (uint256) {
        return _live.claimed;
    }

    /// @notice Commits to the end of an epoch.
    /// @param root of a tree of OpenZeppelin's standard leaves (address account, uint256 cumulative).
    /// @param promised the sum of the tree's amounts, which must be here or already paid.
    function submitRoot(uint64 epoch, bytes32 root, uint256 promised) external onlyRole(SETTLER_ROLE) {
        _promote();
        Live memory live = _live;
        Pending memory pending = _pending;
        if (pending.held) revert RootsAreHeld();
        // Replacing a pending root would start its window again, and it might never go live.
        if (pending.epoch != 0) revert RootIsPending(pending.epoch, live.nextAt);
        if (epoch != _liveEpoch + 1) revert WrongEpoch(_liveEpoch + 1);
        if (promised < live.promised) revert PromisedLess(live.promised);
        uint256 funds = token.balanceOf(address(this)) + live.claimed;
        if (funds < promised) revert Underfunded(promised - funds);
        uint32 liveAt = _windowEnd();
        _live.nextAt = liveAt;
        _pending = Pending(promised.toUint112(), epoch, false);
        _pendingRoot = root;
        emit RootSubmitted(epoch, root, promised, liveAt);
    }

    /// @notice Makes a root live whose window is over, which the next claim would pay for otherwise. Anyone may call.
    function makeLive() external {
        if (!_isDue(_live)) revert NoPendingRoot(_pending.epoch);
        _promote();
    }

    /// @notice Takes a pending root away; the settler may submit another for the same epoch.
    function veto(uint64 epoch) external onlyRole(GUARDIAN_ROLE) {
        Pending memory pending = _pending;
        if (pending.epoch == 0 || pending.epoch != epoch || _isDue(_live)) revert NoPendingRoot(epoch);
        emit RootVetoed(epoch, _pendingRoot, msg.sender);
        _clearPending();
    }

    /// @notice Holds new roots back, or lets them through with a new dispute window. The live root pays either way.
    function holdRoots(bool held) external onlyRole(GUARDIAN_ROLE) {
        _promote();
        if (held != _pending.held) {
            _pending.held = held;
            _live.nextAt = held || _pending.epoch == 0 ? NEVER : _windowEnd();
        }
        emit RootsHeld(held, msg.sender);
    }

    function setDisputeWindow(uint64 window) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setDisputeWindow(window);
    }

    /// @notice Pays an account what it earned and was not paid yet. Anyone may call; only the account is paid.
    /// @param cumulative what the live root says for the account.
    /// @return amount that was paid, in wei of the token.
    function claim(address account, uint256 cumulative, bytes32[] calldata proof) external returns (uint256 amount) {
        amount = _take(account, cumulative, proof);
        token.safeTransfer(account, amount);
    }

    /// @notice Claims for an account and stakes it for the account, by the account itself or with its signature.
    /// @param signature EIP-712 of `ClaimAndStake` by the account, a contract's as of ERC-1271; empty from itself.
    /// @return amount that was claimed.
    /// @return shares that the account got.
    function claimAndStake(
        address account,
        uint256 cumulative,
        bytes32[] calldata proof,
        uint256 deadline,
        bytes calldata signature
    ) external returns (uint256 amount, uint256 shares) {
        if (msg.sender != account) {
            if (block.timestamp > deadline) revert SignatureExpired(deadline);
            bytes32 digest = _hashTypedDataV4(
                keccak256(abi.encode(CLAIM_AND_STAKE_TYPEHASH, account, cumulative, _useNonce(account), deadline))
            );
            if (!SignatureChecker.isValidSignatureNow(account, digest, signature)) revert BadSignature();
        }
        amount = _take(account, cumulative, proof);
        token.forceApprove(address(staking), amount);
        shares = staking.deposit(amount, account);
    }

    /// @notice Governance may take what no root promises.
    function withdrawSurplus(address to, uint256 amount) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _promote();
        uint256 promised = _pending.epoch == 0 ? _live.promised : _pending.promised;
        uint256 needed = promised - _live.claimed + amount;
        uint256 balance = token.balanceOf(address(this));
        if (balance < needed) revert Underfunded(needed - balance);
        token.safeTransfer(to, amount);
    }

    function _take(address account, uint256 cumulative, bytes32[] calldata proof) private returns (uint256 amount) {
        _promote();
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(account, cumulative))));
        if (!MerkleProof.verifyCalldata(proof, _liveRoot, leaf)) revert NotInRoot();
        uint256 before = _claimed[account];
        if (cumulative <= before) revert NothingToClaim(before);
        amount = cumulative - before;
        Live memory live = _live;
        uint256 total = live.claimed + amount;
        // A tree whose amounts add up to more than its promise must not pay with what belongs to a later epoch.
        if (total > live.promised) revert MoreThanPromised();
        _claimed[account] = cumulative;
        _live.claimed = uint112(total);
        emit Claimed(account, amount, cumulative);
    }

    function _isDue(Live memory live) private view returns (bool) {
        return block.timestamp >= live.nextAt;
    }

    function _promote() private {
        if (!_isDue(_live)) return;
        uint64 epoch = _pending.epoch;
        bytes32 root = _pendingRoot;
        _liveRoot = root;
        _liveEpoch = epoch;
        _live.promised = _pending.promised;
        _clearPending();
        emit RootLive(epoch, root);
    }

    function _clearPending() private {
        _live.nextAt = NEVER;
        _pending.epoch = 0;
        _pending.promised = 0;
        _pendingRoot = 0;
    }

    function _windowEnd() private view returns (uint32) {
        return (block.timestamp + disputeWindow).toUint32();
    }

    function _setDisputeWindow(uint64 window) private {
        if (window < SHORTEST_DISPUTE_WINDOW || window > LONGEST_DISPUTE_WINDOW) revert BadDisputeWindow();
        disputeWindow = window;
        emit DisputeWindowChanged(window);
    }
}
